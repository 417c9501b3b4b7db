import { type Platform, readWhole } from "@climb/ports";
import { SearchEvent, SearchHistory } from "@climb/proto/search/v1/search_events";
import type { EventBody } from "./context.js";

type Places = Pick<Platform, "logs" | "artifacts">;

const logOf = (id: string) => `search/searches/${id}`;
/** Where the log of a search lies once it has ended; under the search's id, so that it stays as long as the search. */
const artifactOf = (id: string) => `search/${id}/history.pb`;

/** The log of a search at work, as this process has read it and goes on with it. */
export interface SearchLog {
  readonly events: readonly SearchEvent[];
  /** @throws VersionConflictError if somebody else has appended since it was read */
  append(body: EventBody, timeMs: number): Promise<void>;
}

/** Reads the log of a search; one that nobody has begun is empty. */
export async function openLog({ logs }: Places, id: string): Promise<SearchLog> {
  const events: SearchEvent[] = [];
  let last = 0;
  for await (const { version, record } of logs.read(logOf(id))) {
    events.push(SearchEvent.decode(record));
    last = version;
  }
  return {
    events,
    async append(event, timeMs) {
      const next: SearchEvent = { event, timeMs: BigInt(timeMs) };
      last = await logs.append(logOf(id), last, SearchEvent.encode(next).finish());
      events.push(next);
    },
  };
}

/** What has happened to a search, at work or ended. */
export async function readHistory(places: Places, id: string): Promise<readonly SearchEvent[]> {
  const { events } = await openLog(places, id);
  if (events.length > 0) return events;
  const stored = await places.artifacts.stat(artifactOf(id));
  return stored ? SearchHistory.decode(await readWhole(places.artifacts, stored)).events : [];
}

/** Keeps the history of a search that has ended in one piece. */
export async function storeHistory({ artifacts }: Places, id: string, events: readonly SearchEvent[]): Promise<void> {
  await artifacts.put(artifactOf(id), SearchHistory.encode({ events: [...events] }).finish());
}

/** Whether the history of a search is kept beside its log. */
export async function isHistoryStored({ artifacts }: Places, id: string): Promise<boolean> {
  return (await artifacts.stat(artifactOf(id))) !== undefined;
}

/** Forgets the log of a search. */
export async function removeLog({ logs }: Places, id: string): Promise<void> {
  await logs.remove(logOf(id));
}
