import type { MixturePrediction } from "@climb/proto/predictor/v1/predictor_service";
import { inColourOf } from "../colour.js";
import { Table } from "../figures/table.js";
import { bits, change, percent } from "../format.js";
import { comparable, nameOf, type SearchData } from "../search/data.js";
import type { Wire } from "../wire.js";
import { call } from "./api.js";
import { useAsked } from "./live.js";
import { go, remember } from "./location.js";
import { Action, Fault } from "./parts.js";
import { useSearch } from "./search-data.js";
import { moved, read, written } from "./simplex.js";
import { useTitle } from "./title.js";

/** What the last predictor of a search says of a mixture of the reader's own. */
export function WhatIf({ id, query }: { id: string; query: URLSearchParams }) {
  const { data, failure } = useSearch(id);
  useTitle(`What if · ${data ? nameOf(data.search) : "Search"}`);
  if (!data || data.domains.length === 0) return failure ? <Fault message={failure} /> : <p role="status">loading …</p>;
  const reference = referenceOf(data);
  if (!data.search.predictorId || !reference)
    return <p class="card">This search has no predictor yet: it comes with the first round's end.</p>;
  return <Sliders data={data} reference={reference} query={query} />;
}

interface Reference {
  name: string;
  weights: number[];
}

/** What a mixture is held against: the answer, before there is one the best measured. */
function referenceOf(data: SearchData): Reference | undefined {
  const { result } = data.search;
  if (result) return { name: "the answer", weights: result.domains.map(({ weight }) => weight) };
  const known = comparable(data);
  if (known.length === 0) return undefined;
  const best = known.reduce((least, run) => (run.objective < least.objective ? run : least));
  return { name: "the best measured so far", weights: [...best.mixture] };
}

function Sliders({ data, reference, query }: { data: SearchData; reference: Reference; query: URLSearchParams }) {
  const { search, domains } = data;
  const ids = domains.map(({ id }) => id);
  const weights = read(query.get("w") ?? "", ids) ?? reference.weights;
  const take = (next: readonly number[]) => remember({ w: written(next, ids) });
  const asked = written(weights, ids);
  const { answer, failure } = useAsked(async () => {
    const mixtures = [weights, reference.weights].map((each) => ({ weights: each }));
    return (await call("predictor", "predict", { predictorId: search.predictorId, mixtures })).predictions;
  }, [asked, search.predictorId]);
  const starts: [string, readonly number[]][] = [
    [reference.name, reference.weights],
    ["proportional", domains.map(({ share }) => share)],
    ["uniform", domains.map(() => 1 / domains.length)],
  ];
  return (
    <>
      <header class="heading">
        <p class="path">
          <a href="/searches">Searches</a> / <a href={`/searches/${search.id}`}>{nameOf(search)}</a> / what if
        </p>
        <h1>What if</h1>
        <p>
          Move a weight: all others are re-scaled, so that they sum to 100 %. The last predictor of the search says what
          the mixture would reach. The address keeps the weights.
        </p>
      </header>
      <div class="cards">
        <section class="card" aria-labelledby="weights">
          <h2 id="weights">Weights</h2>
          <div class="actions">
            {starts.map(([name, start]) => (
              <button type="button" class="plain" key={name} onClick={() => take(start)}>
                {name}
              </button>
            ))}
          </div>
          <ul class="sliders">
            {domains.map(({ id, label }, j) => {
              const colour = inColourOf(id);
              const weight = weights[j] ?? 0;
              return (
                <li key={id}>
                  <label for={`w-${id}`}>
                    <i class={`swatch ${colour.class}`} style={colour.style} /> <b>{id}</b> {label}
                  </label>
                  <input
                    id={`w-${id}`}
                    type="range"
                    min="0"
                    max="1"
                    step="0.005"
                    value={weight}
                    aria-valuetext={percent(weight)}
                    onInput={(event) => take(moved(weights, j, Number(event.currentTarget.value)))}
                  />
                  <output for={`w-${id}`}>{percent(weight)}</output>
                </li>
              );
            })}
          </ul>
        </section>
        <section class="card" aria-labelledby="prediction">
          <h2 id="prediction">Predicted</h2>
          <Fault message={failure} />
          {answer && <Answer data={data} name={reference.name} here={answer[0]} there={answer[1]} />}
          <TrainThis data={data} weights={weights} />
        </section>
      </div>
    </>
  );
}

interface AnswerProps {
  data: SearchData;
  name: string;
  here: Wire<MixturePrediction> | undefined;
  there: Wire<MixturePrediction> | undefined;
}

function Answer({ data, name, here, there }: AnswerProps) {
  if (!here?.objective || !there?.objective) return null;
  const regret = here.objective.value - there.objective.value;
  const apart = here.objective.lower > there.objective.upper || here.objective.upper < there.objective.lower;
  const rows = [
    ["objective", here.objective, there.objective] as const,
    ...data.search.targets.map(({ name: target }, t) => [target, here.tasks[t], there.tasks[t]] as const),
  ];
  return (
    <>
      <p class="lead" role="status">
        {Math.abs(regret) < 5e-5
          ? `As good as ${name}.`
          : `${bits(Math.abs(regret))} bits per byte ${regret > 0 ? "worse" : "better"} than ${name}, as predicted`}
        {Math.abs(regret) >= 5e-5 &&
          (apart ? "; their 90 % intervals are apart." : "; their 90 % intervals overlap, so it may be chance.")}
      </p>
      <Table
        label="Predicted for each target"
        headers={["target", "predicted, bits per byte", "90 % interval", `minus ${name}`]}
        rows={rows.map(([target, mine, other]) => [
          target,
          { node: bits(mine?.value), number: true },
          { node: `${bits(mine?.lower)} to ${bits(mine?.upper)}`, number: true },
          { node: mine && other ? change(mine.value - other.value) : "–", number: true },
        ])}
      />
    </>
  );
}

/** A run like those of the search, but for its mixture. */
function TrainThis({ data: { search, runs }, weights }: { data: SearchData; weights: readonly number[] }) {
  const like = runs.find(({ role, state }) => state === 3 && (role === 1 || role === 2));
  if (!like) return null;
  const train = async () => {
    const { run } = await call("training", "getRun", { id: like.runId });
    if (!run?.spec) throw new Error("the run that this one should be like is gone");
    const made = await call("training", "createRun", {
      spec: { ...run.spec, mixture: [...weights] },
      targets: run.targets,
    });
    go(`/runs/${made.run?.id}?search=${search.id}`);
  };
  return <Action act={train}>Train this one</Action>;
}
