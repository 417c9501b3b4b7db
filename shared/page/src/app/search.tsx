import { useState } from "preact/hooks";
import { change, duration, interval, moment, short } from "../format.js";
import { gainOf, nameOf, type SearchData } from "../search/data.js";
import { SearchFigures } from "../search/figures.js";
import { hasEnded, PHASES } from "../words.js";
import { BeginAgain, Extend, Retarget } from "./again.js";
import { artifactAddress, call } from "./api.js";
import { AtWork } from "./at-work.js";
import { Action, Fault, Follows, Progress, State } from "./parts.js";
import { useSearch } from "./search-data.js";
import { useTitle } from "./title.js";
import { TraceLink } from "./trace-link.js";

/** One search, from its first step to its answer, as it happens. */
export function SearchView({ id }: { id: string }) {
  const { data, following, failure } = useSearch(id);
  useTitle(data ? nameOf(data.search) : "Search");
  if (!data) return failure ? <Fault message={failure} /> : <p role="status">loading …</p>;
  const { search } = data;
  return (
    <>
      <header class="heading">
        <p class="path">
          <a href="/searches">Searches</a> / <code>{id}</code>
        </p>
        <h1>{nameOf(search)}</h1>
        <p>
          <State status={search.status} paused={search.paused} /> <Follows following={following} />
        </p>
      </header>
      <Fault message={failure} />
      <Facts data={data} />
      {search.status?.failure && (
        <section class="card fault" aria-label="Why it failed">
          <h2>Why it failed</h2>
          <p>{search.status.failure.message}</p>
          <BeginAgain data={data} />
        </section>
      )}
      <Work data={data} />
      <SearchFigures data={data} />
    </>
  );
}

function Facts({ data }: { data: SearchData }) {
  const { search, runs } = data;
  const gain = gainOf(data);
  const soFar = search.result || gain === undefined ? "" : " so far";
  const files = Object.entries(search.result?.files ?? {});
  const facts: [string, string][] = [
    ["gain over proportional", `${typeof gain === "number" ? change(gain) : interval(gain, change)}${soFar}`],
    [
      "runs",
      `${search.runsFinished} of ${search.runsPlanned} planned${search.runsFailed ? `, ${search.runsFailed} failed` : ""}`,
    ],
    ["cost", `${duration(search.cost?.seconds)}, ${short(search.cost?.tokens)} tokens`],
    ["created", moment(search.status?.createTime)],
    ["owner", search.metadata?.owner || search.metadata?.creator || "–"],
    ...Object.entries(search.metadata?.labels ?? {}),
  ];
  return (
    <section class="card facts" aria-label="At a glance">
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <nav aria-label="More of this search">
        <a href={`/searches/${search.id}/runs`}>Runs ({runs.length})</a>
        {search.predictorId && <a href={`/searches/${search.id}/what-if`}>What if</a>}
        {search.domainSetId && <a href={`/domains/${search.domainSetId}`}>Domains</a>}
        <TraceLink status={search.status} />
        {files.map(([name, file]) => (
          <a key={name} download href={artifactAddress(file.uri, name)}>
            {name}
          </a>
        ))}
      </nav>
      {search.result && <Again data={data} />}
    </section>
  );
}

/** A finished search as the beginning of another. */
function Again({ data }: { data: SearchData }) {
  const [open, setOpen] = useState<"extend" | "retarget" | undefined>();
  const opener = (which: "extend" | "retarget", name: string) => (
    <button
      type="button"
      class="plain"
      aria-expanded={open === which}
      onClick={() => setOpen(open === which ? undefined : which)}
    >
      {name}
    </button>
  );
  return (
    <div class="again">
      <div class="actions">
        {opener("extend", "Extend …")}
        {opener("retarget", "Retarget …")}
      </div>
      {open === "extend" && <Extend data={data} />}
      {open === "retarget" && <Retarget data={data} />}
    </div>
  );
}

/** What it is doing or waits for, and what can be asked of it; nothing once it has ended. */
function Work({ data }: { data: SearchData }) {
  const { search, runs } = data;
  const { id, status, phase, paused } = search;
  if (hasEnded(status?.state)) return null;
  const { stage = "", done = 0, total = 0, unit = "" } = status?.progress ?? {};
  const waiting = paused
    ? "Held: no further run begins until it is resumed."
    : status?.state === 1
      ? "Queued: it waits for a free coordinator."
      : `Now: ${PHASES[phase]}.`;
  return (
    <section class="card" aria-labelledby="work">
      <h2 id="work">{waiting}</h2>
      {!paused && <Progress label={stage || PHASES[phase]} done={done} total={total} unit={unit} />}
      <AtWork runs={runs} />
      <div class="actions">
        {paused ? (
          <Action act={() => call("search", "resumeSearch", { id })}>Resume</Action>
        ) : (
          <Action act={() => call("search", "pauseSearch", { id })}>Pause</Action>
        )}
        <Action
          plain
          ask="Cancel this search? Its finished runs stay."
          act={() => call("search", "cancelSearch", { id })}
        >
          Cancel
        </Action>
      </div>
    </section>
  );
}
