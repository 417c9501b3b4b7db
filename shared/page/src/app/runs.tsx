import type { SearchRun } from "@climb/proto/search/v1/search_service";
import { useMemo, useState } from "preact/hooks";
import { bits, count, duration, percent, short } from "../format.js";
import { nameOf, type SearchData } from "../search/data.js";
import type { Wire } from "../wire.js";
import { ROLES, STATES } from "../words.js";
import { csvOf } from "./csv.js";
import { remember } from "./location.js";
import { Fault, Follows, State } from "./parts.js";
import { useSearch } from "./search-data.js";
import { SortHeader, sorted } from "./sort.js";
import { useTitle } from "./title.js";

/** Rows that are drawn at once: more are there when they are asked for. */
const ROWS = 200;

type Row = Wire<SearchRun> & { number: number };
const COLUMNS: Record<string, { name: string; number?: boolean; of: (run: Row) => number | string }> = {
  number: { name: "run", of: ({ number }) => number },
  round: { name: "round", number: true, of: ({ round }) => round },
  role: { name: "role", of: ({ role }) => role },
  state: { name: "state", of: ({ state }) => state },
  objective: {
    name: "objective",
    number: true,
    of: ({ state, objective }) => (state === 3 ? objective : Number.POSITIVE_INFINITY),
  },
  predicted: { name: "predicted", number: true, of: ({ predicted }) => predicted?.value ?? Number.POSITIVE_INFINITY },
  seconds: { name: "time", number: true, of: ({ seconds }) => seconds },
};

/** Every run of a search, as a table and as CSV. */
export function Runs({ id, query }: { id: string; query: URLSearchParams }) {
  const { data, following, failure } = useSearch(id);
  useTitle(`Runs · ${data ? nameOf(data.search) : "Search"}`);
  const [shown, setShown] = useState(ROWS);
  const [role, sort] = [query.get("role") ?? "", query.get("sort") ?? "number"];
  const found = useMemo(() => {
    const rows = (data?.runs ?? []).map((run, i): Row => ({ ...run, number: i + 1 }));
    const kept = rows.filter((run) => role === "" || String(run.role) === role);
    return sorted(kept, sort, (key) => COLUMNS[key]?.of);
  }, [data?.runs, role, sort]);
  if (!data) return failure ? <Fault message={failure} /> : <p role="status">loading …</p>;
  const targets = data.search.targets.map(({ name }) => name);
  return (
    <>
      <header class="heading">
        <p class="path">
          <a href="/searches">Searches</a> / <a href={`/searches/${id}`}>{nameOf(data.search)}</a> / runs
        </p>
        <h1>Runs</h1>
        <Follows following={following} />
      </header>
      <div class="tools">
        <label>
          Role
          <select value={role} onChange={(event) => remember({ role: event.currentTarget.value })}>
            <option value="">all</option>
            {[1, 2, 3, 4].map((each) => (
              <option key={each} value={each}>
                {ROLES[each as 1 | 2 | 3 | 4]}
              </option>
            ))}
          </select>
        </label>
        <span class="soft" role="status">
          {count(found.length)} of {count(data.runs.length)}
        </span>
        <button type="button" class="plain" onClick={() => save(data)}>
          Download CSV
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard */}
      <section class="scroll list" aria-label="Runs" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {Object.entries(COLUMNS).map(([key, { name, number }]) => (
                <SortHeader key={key} name={name} column={key} sort={sort} number={number} />
              ))}
              {targets.length > 1 && targets.map((name) => <th key={name}>{name}</th>)}
              <th scope="col">tokens</th>
              <th scope="col">largest weights</th>
              <th scope="col">why</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((run) => (
              <tr key={`${run.number}`}>
                <th scope="row">
                  <a href={`/runs/${run.runId}?search=${id}`}>{run.number}</a>
                </th>
                <td class="number">{run.round}</td>
                <td>{ROLES[run.role]}</td>
                <td>
                  <State status={run} />
                  {run.failure && <small>{run.failure}</small>}
                </td>
                <td class="number">{run.state === 3 ? bits(run.objective) : "–"}</td>
                <td class="number">{bits(run.predicted?.value)}</td>
                <td class="number">{run.seconds > 0 ? duration(run.seconds) : "–"}</td>
                {targets.length > 1 &&
                  targets.map((name) => (
                    <td key={name} class="number">
                      {bits(valueOn(run, name))}
                    </td>
                  ))}
                <td class="number">{run.tokens > 0 ? short(run.tokens) : "–"}</td>
                <td>{largest(run.mixture, data)}</td>
                <td>{run.origin}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {found.length > shown && (
        <button type="button" onClick={() => setShown(shown + 5 * ROWS)}>
          Show more ({count(found.length - shown)} are left)
        </button>
      )}
    </>
  );
}

function valueOn(run: Row | Wire<SearchRun>, target: string): number | undefined {
  return run.tasks.find((task) => task.target === target)?.bitsPerByte;
}

function largest(mixture: readonly number[], { domains }: SearchData): string {
  return mixture
    .map((weight, j) => ({ id: domains[j]?.id ?? String(j), weight }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 3)
    .map(({ id, weight }) => `${id} ${percent(weight)}`)
    .join(", ");
}

/** What is in the table, with the whole mixture, as a file. */
function save({ search, runs, domains }: SearchData): void {
  const targets = search.targets.map(({ name }) => name);
  const header = [
    "run",
    "id",
    "round",
    "role",
    "origin",
    "state",
    "seed",
    "tokens",
    "seconds",
    "objective",
    ...targets,
    ...domains.map(({ id }) => id),
  ];
  const rows = runs.map((run, i) => [
    i + 1,
    run.runId,
    run.round,
    ROLES[run.role],
    run.origin,
    STATES[run.state],
    run.seed,
    run.tokens,
    run.seconds,
    run.state === 3 ? run.objective : "",
    ...targets.map((name) => valueOn(run, name) ?? ""),
    ...run.mixture,
  ]);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvOf([header, ...rows])], { type: "text/csv" }));
  link.download = `runs-${search.id.slice(0, 8)}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
