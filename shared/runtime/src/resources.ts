import { ServiceError, VersionConflictError } from "./errors.js";
import type { EventLog } from "./ports.js";

/** How a resource is turned into bytes; every message that ts-proto generates has this form. */
export interface Codec<T> {
  encode(value: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** Long-lived things of one kind. The history of each is a log of whole snapshots. */
export interface ResourceStore<T> {
  /**
   * Stores the first snapshot unless the resource exists; returns what is there now. One for which `again` holds
   * (a failed one, say) begins again with the first snapshot.
   */
  create(id: string, initial: T, again?: (current: T) => boolean): Promise<{ resource: T; created: boolean }>;
  get(id: string): Promise<T | undefined>;
  /** @throws ServiceError notFound RESOURCE_UNKNOWN */
  require(id: string): Promise<T>;
  /**
   * Stores what `change` makes of the current snapshot; asked again when somebody else was faster. Nothing is stored
   * when it returns its argument. @throws ServiceError notFound RESOURCE_UNKNOWN
   */
  update(id: string, change: (current: T) => T): Promise<T>;
  /** Resources by id, in pages of at most 1000 (default 50). */
  list(page: { pageSize: number; pageToken: string }): Promise<{ items: T[]; nextPageToken: string }>;
  /**
   * The snapshots after a sequence, then each new one, until the signal aborts. One that is behind gets the latest
   * snapshot, not all between. @throws ServiceError notFound RESOURCE_UNKNOWN
   */
  watch(
    id: string,
    options: { afterSequence: number; signal: AbortSignal },
  ): AsyncIterable<{ sequence: number; resource: T }>;
}

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/** @param options.prefix where the logs are, "<service>/<kind>", for example "training/runs" */
export function createResourceStore<T>(options: { log: EventLog; prefix: string; codec: Codec<T> }): ResourceStore<T> {
  const { log, prefix, codec } = options;
  const nameOf = (id: string) => `${prefix}/${id}`;
  const encode = (value: T) => codec.encode(value).finish();
  const unknown = (id: string) => {
    const kind = prefix.slice(prefix.lastIndexOf("/") + 1);
    return new ServiceError("notFound", "RESOURCE_UNKNOWN", `there is no ${id || "(empty id)"} among the ${kind}`, {
      kind,
      id,
    });
  };
  const latest = async (id: string) => {
    // An id that cannot be a log's name cannot be known either.
    const last = /^[a-z0-9_-]+$/.test(id) ? await log.last(nameOf(id)) : undefined;
    if (!last) throw unknown(id);
    return { version: last.version, resource: codec.decode(last.record) };
  };

  return {
    async create(id, initial, again = () => false) {
      for (;;) {
        const last = await log.last(nameOf(id));
        const known = last && codec.decode(last.record);
        if (known && !again(known)) return { resource: known, created: false };
        try {
          await log.append(nameOf(id), last?.version ?? 0, encode(initial));
          return { resource: initial, created: true };
        } catch (error) {
          if (!(error instanceof VersionConflictError)) throw error;
        }
      }
    },
    get: (id) =>
      latest(id).then(
        ({ resource }) => resource,
        (error) => {
          if (error instanceof ServiceError && error.reason === "RESOURCE_UNKNOWN") return undefined;
          throw error;
        },
      ),
    require: async (id) => (await latest(id)).resource,
    async update(id, change) {
      for (;;) {
        const { version, resource } = await latest(id);
        const changed = change(resource);
        if (changed === resource) return resource;
        try {
          await log.append(nameOf(id), version, encode(changed));
          return changed;
        } catch (error) {
          if (!(error instanceof VersionConflictError)) throw error;
        }
      }
    },
    async list({ pageSize, pageToken }) {
      const size = Math.min(MAX_PAGE_SIZE, pageSize || DEFAULT_PAGE_SIZE);
      const ids = (await log.list(`${prefix}/`))
        .map((name) => name.slice(prefix.length + 1))
        .filter((id) => id > pageToken);
      const page = ids.slice(0, size);
      const items = await Promise.all(page.map(async (id) => (await latest(id)).resource));
      return { items, nextPageToken: ids.length > page.length ? (page.at(-1) ?? "") : "" };
    },
    async *watch(id, { afterSequence, signal }) {
      const { version, resource } = await latest(id);
      if (version > afterSequence) yield { sequence: version, resource };
      for await (const entry of log.follow(nameOf(id), { after: Math.max(version, afterSequence), signal })) {
        yield { sequence: entry.version, resource: codec.decode(entry.record) };
      }
    },
  };
}

/**
 * Remembers which resource a request_id made, for good.
 * @throws ServiceError exists REQUEST_ID_REUSED if it made another one before
 */
export async function claimRequest(
  log: EventLog,
  service: string,
  requestId: string,
  resourceId: string,
): Promise<void> {
  if (requestId === "") return;
  const name = `${service}/requests/${Buffer.from(requestId, "utf8").toString("hex")}`;
  const known = await log.last(name);
  if (!known) {
    try {
      await log.append(name, 0, Buffer.from(resourceId, "utf8"));
      return;
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
      return claimRequest(log, service, requestId, resourceId);
    }
  }
  if (Buffer.from(known.record).toString("utf8") !== resourceId) {
    const message = `request_id "${requestId}" was used before with another request`;
    throw new ServiceError("exists", "REQUEST_ID_REUSED", message, { request_id: requestId });
  }
}
