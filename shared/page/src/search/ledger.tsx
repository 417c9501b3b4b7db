import { Table } from "../figures/table.js";
import { count, duration, short } from "../format.js";
import type { SearchData } from "./data.js";

const PARTS: Record<number, string> = { 2: "baselines", 3: "confirmation", 4: "further seeds of the first round" };

/** What the runs of each part took. */
export function Ledger({ data: { search, runs } }: { data: SearchData }) {
  const groups = new Map<string, { runs: number; tokens: number; seconds: number }>();
  for (const run of runs.filter(({ state }) => state === 3)) {
    const part = PARTS[run.role] ?? `round ${run.round}`;
    const group = groups.get(part) ?? { runs: 0, tokens: 0, seconds: 0 };
    groups.set(part, { runs: group.runs + 1, tokens: group.tokens + run.tokens, seconds: group.seconds + run.seconds });
  }
  if (groups.size === 0) return null;
  const total = [...groups.values()].reduce((a, b) => ({
    runs: a.runs + b.runs,
    tokens: a.tokens + b.tokens,
    seconds: a.seconds + b.seconds,
  }));
  const rows = [...groups, ["all", total] as const].map(([part, group]) => [
    part,
    { node: count(group.runs), number: true },
    { node: short(group.tokens), number: true },
    { node: duration(group.seconds), number: true },
  ]);
  return (
    <section class="card" aria-labelledby="ledger">
      <h3 id="ledger">What it cost</h3>
      <p>
        Training and evaluation of {count(total.runs)} proxy runs, one after the other.
        {search.runsFailed > 0 && ` ${count(search.runsFailed)} failed and are not counted.`}
      </p>
      <Table label="What it cost" headers={["part", "runs", "tokens", "time"]} rows={rows} />
    </section>
  );
}
