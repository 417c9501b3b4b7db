import { useState } from "preact/hooks";
import { nameOf, type SearchData } from "../search/data.js";
import { call } from "./api.js";
import { Form } from "./form.js";
import { go } from "./location.js";
import { Action } from "./parts.js";

const UNLIMITED = { autoRounds: false, maxRuns: 0, maxTokens: 0, maxSeconds: 0, maxBytes: 0 };

type Spec = NonNullable<SearchData["search"]["spec"]>;
type Asked = Parameters<typeof call<"search", "createSearch">>[2]["spec"];

/** What was asked for, so that it can be asked again: a vocabulary that a tokenizer brought was not the user's. */
function askedAgain({ search }: SearchData): Spec {
  const spec = search.spec as Spec;
  return { ...spec, vocabulary: spec.tokenizer ? 0 : spec.vocabulary };
}

/** Mixtures that were explored in each round. */
function roundsMade({ runs }: SearchData): number[] {
  const made: number[] = [];
  for (const { role, round } of runs) if (role === 1) made[round - 1] = (made[round - 1] ?? 0) + 1;
  return made;
}

function countsOf(text: string): number[] {
  const counts = text.split(",").map((word) => Number(word.trim()));
  if (counts.every((value) => Number.isInteger(value) && value > 0)) return counts;
  throw new Error(`found "${text}", expected whole numbers above 0 with commas between, such as 6,4`);
}

/** Asks for a search and goes there. */
async function begin(spec: Spec): Promise<void> {
  const { search } = await call("search", "createSearch", { requestId: "", spec: spec as Asked });
  go(`/searches/${search?.id}`);
}

/** The same once more: one that has failed or was cancelled goes on, and what was finished of it is used. */
export function BeginAgain({ data }: { data: SearchData }) {
  const act = async () => {
    await call("search", "createSearch", { requestId: "", spec: askedAgain(data) as Asked });
    // Its watch has ended with it.
    window.location.reload();
  };
  return <Action act={act}>Begin again</Action>;
}

/** Further rounds: the same as having asked for all of them, and no run is made twice. */
export function Extend({ data }: { data: SearchData }) {
  const [rounds, setRounds] = useState("4");
  const spec = askedAgain(data);
  return (
    <Form
      action="Begin"
      name={`Extend ${nameOf(data.search)}`}
      send={() =>
        begin({
          ...spec,
          budget: {
            ...(spec.budget as NonNullable<Spec["budget"]>),
            ...UNLIMITED,
            stopEarly: false,
            rounds: [...roundsMade(data), ...countsOf(rounds)],
          },
        })
      }
    >
      <label>
        Mixtures in each further round
        <input required value={rounds} placeholder="6,4" onInput={(event) => setRounds(event.currentTarget.value)} />
      </label>
    </Form>
  );
}

/** Other targets: what was explored is evaluated on them, on the weights that there are. */
export function Retarget({ data }: { data: SearchData }) {
  const [targets, setTargets] = useState("");
  const [rounds, setRounds] = useState("");
  const spec = askedAgain(data);
  const send = () => {
    const explored = roundsMade(data).reduce((sum, made) => sum + made, 0);
    const budget = {
      ...(spec.budget as NonNullable<Spec["budget"]>),
      ...UNLIMITED,
      rounds: [explored, ...(rounds ? countsOf(rounds) : [])],
    };
    return begin({
      ...spec,
      targets: targetsIn(targets, spec),
      budget,
      reuseSearchId: data.search.id,
      knownResults: [],
    });
  };
  return (
    <Form action="Begin" name={`Retarget ${nameOf(data.search)}`} send={send}>
      <label>
        Targets, one a line: a name, a file as the training service sees it, and a weight if it is not 1
        <textarea
          required
          rows={3}
          value={targets}
          placeholder="science /data/arc.jsonl 2"
          onInput={(event) => setTargets(event.currentTarget.value)}
        />
      </label>
      <label>
        Mixtures in each further round that is trained, if any
        <input value={rounds} placeholder="6,4" onInput={(event) => setRounds(event.currentTarget.value)} />
      </label>
    </Form>
  );
}

function targetsIn(text: string, spec: Spec): Spec["targets"] {
  const [like] = spec.targets;
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [name = "", path = "", weight] = line.trim().split(/\s+/);
      if (!path) throw new Error(`found "${line}", expected a name and a file`);
      const plain = {
        kind: 0,
        group: "",
        maxBytes: 0,
        allItems: false,
        scoring: like?.scoring ?? 0,
        role: 0,
        maxRegression: 0,
      };
      return { ...plain, name, paths: [path], weight: weight === undefined ? undefined : Number(weight) };
    });
}
