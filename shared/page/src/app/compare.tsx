import { type Cell, Table } from "../figures/table.js";
import { bits, change, digits, duration, interval, percent, short } from "../format.js";
import { gainOf, nameOf, type SearchData } from "../search/data.js";
import { settingsOf } from "../search/settings.js";
import { call } from "./api.js";
import { useAsked } from "./live.js";
import { Fault, State } from "./parts.js";
import { useTitle } from "./title.js";

type Search = SearchData["search"];

/** Searches side by side: what each found, and in which settings they differ. */
export function Compare({ ids }: { ids: readonly string[] }) {
  useTitle("Compare");
  const { answer, failure } = useAsked(
    async () =>
      (await Promise.all(ids.map((id) => call("search", "getSearch", { id })))).flatMap(({ search }) => search ?? []),
    [ids.join()],
    5000,
  );
  if (!answer) return failure ? <Fault message={failure} /> : <p role="status">loading …</p>;
  return (
    <>
      <header class="heading">
        <p class="path">
          <a href="/searches">Searches</a> / compare
        </p>
        <h1>Compare</h1>
      </header>
      <div class="cards">
        <section class="card wide" aria-labelledby="results">
          <h2 id="results">What they found</h2>
          <Table
            label="What they found"
            headers={[
              "search",
              "state",
              "gain over proportional [90 %]",
              "objective [90 %]",
              "noise",
              "runs",
              "time",
              "tokens",
            ]}
            rows={answer.map((search) => [
              { node: <a href={`/searches/${search.id}`}>{nameOf(search)}</a> },
              { node: <State status={search.status} paused={search.paused} /> },
              { node: gainText(search), number: true },
              { node: interval(search.result?.objective, bits), number: true },
              { node: digits(search.result?.noise), number: true },
              search.runsFinished,
              { node: duration(search.cost?.seconds), number: true },
              { node: short(search.cost?.tokens), number: true },
            ])}
          />
        </section>
        {bySet(answer).map(([set, searches]) => (
          <section key={set} class="card wide" aria-label={`Weights of the domains of ${set}`}>
            <h2>Weights</h2>
            <p class="soft">
              Of the domains of <a href={`/domains/${set}`}>{set.slice(0, 12)}</a>; those of another set are others.
            </p>
            <Table label="Weights" headers={["domain", ...distinct(searches)]} rows={weightRows(searches)} />
          </section>
        ))}
        <section class="card wide" aria-labelledby="differences">
          <h2 id="differences">Settings that differ</h2>
          <Table label="Settings that differ" headers={["setting", ...distinct(answer)]} rows={differing(answer)} />
        </section>
      </div>
    </>
  );
}

function gainText(search: Search): string {
  const gain = gainOf({ search, runs: [] });
  return typeof gain === "number" ? change(gain) : interval(gain, change);
}

/** Names of columns, which must not be the same. */
function distinct(searches: readonly Search[]): string[] {
  return searches.map((search) => `${nameOf(search)} (${search.id.slice(0, 6)})`);
}

/** Searches of the same domains: a domain's id means nothing outside its set. */
function bySet(searches: readonly Search[]): [string, Search[]][] {
  const answered = searches.filter(({ result }) => result);
  return [...new Set(answered.map(({ domainSetId }) => domainSetId))].map((set) => [
    set,
    answered.filter(({ domainSetId }) => domainSetId === set),
  ]);
}

function weightRows(searches: readonly Search[]): Cell[][] {
  return (searches[0]?.result?.domains ?? []).map(({ id, label }, j) => [
    `${id} ${label}`,
    ...searches.map(({ result }) => ({ node: percent(result?.domains[j]?.weight), number: true })),
  ]);
}

function differing(searches: readonly Search[]): string[][] {
  const settings = searches.map((search) => new Map(settingsOf(search)));
  const names = [...new Set(settings.flatMap((each) => [...each.keys()]))];
  return names
    .map((name) => [name, ...settings.map((each) => each.get(name) ?? "–")])
    .filter(([, ...values]) => new Set(values).size > 1);
}
