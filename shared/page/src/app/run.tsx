import type { Run } from "@climb/proto/training/v1/training_service";
import { useEffect, useState } from "preact/hooks";
import { inColourOf } from "../colour.js";
import { Table } from "../figures/table.js";
import { bits, count, digits, duration, moment, percent, short } from "../format.js";
import { baseFields, proxyFields } from "../search/settings.js";
import type { Wire } from "../wire.js";
import { hasEnded } from "../words.js";
import { call } from "./api.js";
import { addPoint } from "./at-work.js";
import { useAsked, useWatch } from "./live.js";
import { LossCurve, type LossPoint } from "./loss.js";
import { Fault, Follows, Progress, State } from "./parts.js";
import { useTitle } from "./title.js";
import { TraceLink } from "./trace-link.js";

/** One run: how its training goes, what it reached, what it was made of. */
export function RunView({ id, query }: { id: string; query: URLSearchParams }) {
  useTitle("Run");
  const { message, following, failure } = useWatch<{ sequence: number; run?: Wire<Run> }>("run", id);
  const run = message?.run;
  const points = useLosses(run);
  const searchId = query.get("search");
  const tokens = useAsked(
    async () =>
      run?.spec
        ? (await call("training", "getTokenSet", { id: run.spec.tokenSetId, readMask: ["domains"] })).tokenSet
        : undefined,
    [run?.spec?.tokenSetId],
  );
  if (!run) return failure ? <Fault message={failure} /> : <p role="status">loading …</p>;
  const { training, status, spec } = run;
  return (
    <>
      <header class="heading">
        <p class="path">
          <a href="/searches">Searches</a> /{" "}
          {searchId ? (
            <>
              <a href={`/searches/${searchId}/runs`}>runs</a> /{" "}
            </>
          ) : null}
          <code>{id}</code>
        </p>
        <h1>Run</h1>
        <p>
          <State status={status} /> <Follows following={following} /> <TraceLink status={status} />
        </p>
      </header>
      <Fault message={failure ?? status?.failure?.message} />
      {!hasEnded(status?.state) && (
        <Progress
          label={status?.progress?.stage || (training ? "training" : "waiting for a worker")}
          done={training?.step ?? 0}
          total={training?.steps ?? 0}
          unit="steps"
        />
      )}
      <div class="cards">
        <LossCurve points={points} />
        {run.tasks.length > 0 && (
          <section class="card" aria-labelledby="reached">
            <h2 id="reached">Reached</h2>
            <Table
              label="What it reached on each target"
              headers={["target", "bits per byte", "standard error", "items", "accuracy"]}
              rows={run.tasks.map((task) => [
                task.target,
                { node: bits(task.bitsPerByte), number: true },
                { node: digits(task.standardError), number: true },
                { node: count(task.items), number: true },
                { node: percent(task.accuracy), number: true },
              ])}
            />
          </section>
        )}
        <section class="card" aria-labelledby="mixture">
          <h2 id="mixture">Mixture</h2>
          <Mixture run={run} ids={tokens.answer?.domains.map(({ domainId }) => domainId) ?? []} />
        </section>
        <section class="card wide" aria-labelledby="configuration">
          <h2 id="configuration">Configuration</h2>
          <Table label="Configuration" headers={["setting", "value"]} rows={configurationOf(run)} />
        </section>
      </div>
      {spec === undefined && <Fault message="The run has no specification." />}
    </>
  );
}

/** The losses since the page looks at the run. */
function useLosses(run: Wire<Run> | undefined): readonly LossPoint[] {
  const [seen] = useState(() => new Map<string, LossPoint[]>());
  const [points, setPoints] = useState<readonly LossPoint[]>([]);
  useEffect(() => {
    if (!run?.training) return;
    addPoint(seen, run.id, run.training);
    setPoints(seen.get(run.id) ?? []);
  }, [run?.id, run?.training?.step]);
  return points;
}

function Mixture({ run: { spec, epochs }, ids }: { run: Wire<Run>; ids: readonly string[] }) {
  const rows = (spec?.mixture ?? [])
    .map((weight, j) => ({ id: ids[j] ?? `domain ${j + 1}`, weight, epochs: epochs[j] }))
    .sort((a, b) => b.weight - a.weight);
  return (
    <Table
      label="Weights"
      headers={["domain", "weight", "seen so often"]}
      rows={rows.map(({ id, weight, epochs: seen }) => {
        const colour = inColourOf(id);
        return [
          {
            node: (
              <>
                <i class={`swatch ${colour.class}`} style={colour.style} /> {id}
              </>
            ),
          },
          { node: percent(weight), number: true },
          { node: digits(seen), number: true },
        ];
      })}
    />
  );
}

function configurationOf({
  spec,
  status,
  seconds,
  attempts,
  parameters,
  training,
  metadata,
}: Wire<Run>): [string, string][] {
  return [
    ["parameters", count(parameters)],
    ["tokens", short(spec?.tokens)],
    ["seed", String(spec?.seed ?? "")],
    ["token set", spec?.tokenSetId ?? ""],
    ["trainer", spec?.trainer || "Climb's own"],
    ...proxyFields(spec?.proxy),
    ...baseFields(spec?.base?.sha256, spec?.freshMoments),
    ["created", moment(status?.createTime)],
    ["ended", moment(status?.endTime)],
    ["time", duration(seconds)],
    ["times taken by a worker", String(attempts)],
    ["last training loss", digits(training?.loss)],
    ["trace", status?.traceId || "–"],
    ["owner", metadata?.owner || metadata?.creator || "–"],
  ];
}
