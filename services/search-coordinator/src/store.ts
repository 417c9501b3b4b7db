import { SearchEvent } from "@climb/proto/search/v1/search_events";
import { Dataset } from "@climb/proto/search/v1/search_service";
import { createResourceStore, type EventLog, type ResourceStore, ServiceError } from "@climb/runtime";

/** A search's log as it was read: its events and the version that the next append must expect. */
export interface SearchHistory {
  events: SearchEvent[];
  version: number;
}

/** The searches: one event log each. */
export interface SearchStore {
  /** Appends the first event unless the log exists; tells whether it was appended. */
  create(id: string, first: SearchEvent): Promise<{ created: boolean }>;
  /** @throws ServiceError notFound RESOURCE_UNKNOWN */
  load(id: string): Promise<SearchHistory>;
  /** @throws VersionConflictError if something was appended since `version` */
  append(id: string, version: number, event: SearchEvent): Promise<number>;
  /** Ids after `after`, sorted. */
  list(after: string): Promise<string[]>;
  /** Every event after a version, then each new one until the signal aborts. */
  follow(id: string, after: number, signal: AbortSignal): AsyncIterable<{ version: number; event: SearchEvent }>;
}

const PREFIX = "search/searches/";

export function createSearchStore(log: EventLog): SearchStore {
  const nameOf = (id: string) => `${PREFIX}${id}`;
  return {
    async create(id, first) {
      if (await log.last(nameOf(id))) return { created: false };
      try {
        await log.append(nameOf(id), 0, SearchEvent.encode(first).finish());
        return { created: true };
      } catch (error) {
        // Lost the race against the same request: the log exists now, which is all that was asked for.
        if (await log.last(nameOf(id))) return { created: false };
        throw error;
      }
    },
    async load(id) {
      const events: SearchEvent[] = [];
      let version = 0;
      for await (const entry of log.read(nameOf(id))) {
        events.push(SearchEvent.decode(entry.record));
        version = entry.version;
      }
      if (events.length === 0) {
        throw new ServiceError("notFound", "RESOURCE_UNKNOWN", `search ${id} does not exist`, { kind: "search", id });
      }
      return { events, version };
    },
    append: (id, version, event) => log.append(nameOf(id), version, SearchEvent.encode(event).finish()),
    async list(after) {
      const names = await log.list(PREFIX);
      return names.map((name) => name.slice(PREFIX.length)).filter((id) => id > after);
    },
    async *follow(id, after, signal) {
      for await (const { version, record } of log.follow(nameOf(id), { after, signal })) {
        yield { version, event: SearchEvent.decode(record) };
      }
    },
  };
}

export type DatasetStore = ResourceStore<Dataset>;

export function createDatasetStore(log: EventLog): DatasetStore {
  return createResourceStore({ log, prefix: "search/datasets", codec: Dataset });
}
