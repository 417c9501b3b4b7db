import type { Search } from "@climb/proto/search/v1/search_service";
import { useMemo, useRef, useState } from "preact/hooks";
import { bits, change, duration, type Interval, moment, short } from "../format.js";
import { gainOf, nameOf } from "../search/data.js";
import type { Wire } from "../wire.js";
import { hasEnded, PHASES } from "../words.js";
import { call } from "./api.js";
import { everySearch } from "./every.js";
import { useAsked } from "./live.js";
import { remember } from "./location.js";
import { Fault, State } from "./parts.js";
import { SortHeader, sorted } from "./sort.js";
import { useTitle } from "./title.js";

const LOOK_EVERY_MS = 3000;
/** Rows that are drawn at once: more are there when they are asked for. */
const ROWS = 200;

type Row = Wire<Search>;
const COLUMNS: Record<string, { name: string; number?: boolean; of: (search: Row) => number | string }> = {
  name: { name: "search", of: nameOf },
  state: { name: "state", of: ({ status }) => status?.state ?? 0 },
  gain: { name: "gain over proportional", number: true, of: (search) => meanGain(search) ?? Number.NEGATIVE_INFINITY },
  objective: {
    name: "objective",
    number: true,
    of: ({ result }) => result?.objective?.mean ?? Number.POSITIVE_INFINITY,
  },
  progress: { name: "runs", number: true, of: ({ runsFinished }) => runsFinished },
  cost: { name: "cost", number: true, of: ({ cost }) => cost?.seconds ?? 0 },
  owner: { name: "owner", of: ({ metadata }) => metadata?.owner || metadata?.creator || "" },
  begun: { name: "created", of: ({ status }) => status?.createTime ?? "" },
};

/** All searches: what they are at, what they found, what they took. */
export function Searches({ query }: { query: URLSearchParams }) {
  useTitle("Searches");
  const { searches, failure } = useSearches();
  const [shown, setShown] = useState(ROWS);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [text, state, sort] = [query.get("q") ?? "", query.get("state") ?? "", query.get("sort") ?? "-begun"];
  const found = useMemo(() => {
    const kept = (searches ?? []).filter((search) => isWanted(search, text, state));
    return sorted(kept, sort, (key) => COLUMNS[key]?.of);
  }, [searches, text, state, sort]);
  const tick = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  return (
    <>
      <h1>Searches</h1>
      <Fault message={failure} />
      {/* biome-ignore lint/a11y/useSemanticElements: preact does not know the element search */}
      <div class="tools" role="search">
        <label>
          Find
          <input
            type="search"
            placeholder="name, id or label"
            value={text}
            onInput={(event) => remember({ q: event.currentTarget.value })}
          />
        </label>
        <label>
          State
          <select value={state} onChange={(event) => remember({ state: event.currentTarget.value })}>
            <option value="">all</option>
            <option value="open">at work</option>
            <option value="3">succeeded</option>
            <option value="4">failed</option>
            <option value="5">cancelled</option>
          </select>
        </label>
        <span class="soft" role="status">
          {searches ? `${found.length} of ${searches.length}` : "loading …"}
        </span>
        {ticked.size > 1 && (
          <a class="button" href={`/searches/compare?ids=${[...ticked].join(",")}`}>
            Compare {ticked.size}
          </a>
        )}
      </div>
      {searches?.length === 0 && (
        <p class="card">
          No search yet. Begin one with <code>climb run SEARCH.yaml</code> or{" "}
          <code>climb search create SEARCH.yaml</code>.
        </p>
      )}
      {found.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
        <section class="scroll list" aria-label="Searches" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <td class="tick">
                  <span class="unseen">compare</span>
                </td>
                {Object.entries(COLUMNS).map(([key, { name, number }]) => (
                  <SortHeader key={key} name={name} column={key} sort={sort} number={number} />
                ))}
                <th scope="col">labels</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, shown).map((search) => (
                <SearchRow key={search.id} search={search} ticked={ticked.has(search.id)} tick={tick} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {found.length > shown && (
        <button type="button" onClick={() => setShown(shown + 5 * ROWS)}>
          Show more ({found.length - shown} are left)
        </button>
      )}
    </>
  );
}

function SearchRow({ search, ticked, tick }: { search: Row; ticked: boolean; tick: (id: string) => void }) {
  const { id, status, metadata, result, cost, runsFinished, runsPlanned, runsFailed } = search;
  const name = nameOf(search);
  const ended = hasEnded(status?.state);
  return (
    <tr>
      <td class="tick">
        <input type="checkbox" aria-label={`compare ${name}`} checked={ticked} onChange={() => tick(id)} />
      </td>
      <th scope="row">
        <a href={`/searches/${id}`}>{name}</a>
        <small>{id.slice(0, 8)}</small>
      </th>
      <td>
        <State status={status} paused={search.paused} />
        {!ended && <small>{status?.progress?.stage || PHASES[search.phase]}</small>}
      </td>
      <td class="number">
        <Gain value={gainOf({ search, runs: [] })} soFar={!result} />
      </td>
      <td class="number">{bits(result?.objective?.mean)}</td>
      <td class="number">
        {runsFinished}
        {!ended && ` of ${runsPlanned}`}
        {runsFailed > 0 && <small>{runsFailed} failed</small>}
      </td>
      <td class="number">
        {duration(cost?.seconds)}
        <small>{short(cost?.tokens)} tokens</small>
      </td>
      <td>{metadata?.owner || metadata?.creator || "–"}</td>
      <td>{moment(status?.createTime)}</td>
      <td>
        {Object.entries(metadata?.labels ?? {}).map(([key, value]) => (
          <span key={key} class="label">
            {value ? `${key}=${value}` : key}
          </span>
        ))}
      </td>
    </tr>
  );
}

/** @param soFar of the best run of many, which is best by luck too: no colour says that it is better */
function Gain({ value, soFar }: { value: Interval | number | undefined; soFar: boolean }) {
  if (value === undefined) return <>–</>;
  const note = soFar ? " so far" : "";
  if (typeof value === "number") {
    return (
      <>
        {change(value)}
        {note && <small>{note}</small>}
      </>
    );
  }
  const colour = value.lower > 0 ? "better" : value.upper < 0 ? "worse" : undefined;
  return (
    <span class={soFar ? undefined : colour}>
      {change(value.mean)}
      <small>
        {change(value.lower)} to {change(value.upper)}
        {note}
      </small>
    </span>
  );
}

function meanGain(search: Row): number | undefined {
  const gain = gainOf({ search, runs: [] });
  return typeof gain === "number" ? gain : gain?.mean;
}

function isWanted(search: Row, text: string, state: string): boolean {
  const now = search.status?.state ?? 0;
  if (state === "open" ? hasEnded(now) : state !== "" && String(now) !== state) return false;
  const labels = Object.entries(search.metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const said = [nameOf(search), search.id, ...labels, search.metadata?.owner ?? ""].join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** All searches once, and then what is at work, again and again; one that has left the work is asked for by its id. */
function useSearches(): { searches: Row[] | undefined; failure: string | undefined } {
  const known = useRef<Map<string, Row> | undefined>(undefined);
  const { answer, failure } = useAsked(
    async () => {
      const before = known.current;
      if (!before) {
        known.current = new Map((await everySearch()).map((search) => [search.id, search]));
      } else {
        const open = new Map((await everySearch([1, 2])).map((search) => [search.id, search]));
        const left = [...before.values()].filter(({ id, status }) => !hasEnded(status?.state) && !open.has(id));
        const ended = await Promise.all(
          left.map(({ id }) => call("search", "getSearch", { id }).catch(() => undefined)),
        );
        for (const { id } of left) before.delete(id);
        for (const search of [...open.values(), ...ended.map((found) => found?.search)])
          if (search) before.set(search.id, search);
      }
      return [...(known.current ?? new Map<string, Row>()).values()];
    },
    [],
    LOOK_EVERY_MS,
  );
  return { searches: answer, failure };
}
