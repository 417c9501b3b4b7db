import type { Platform, SnapshotFilter, SnapshotIndex } from "@climb/ports";
import { Progress } from "@climb/proto/common/v1/job";
import { ResourceMetadata } from "@climb/proto/common/v1/resource";
import {
  currentCaller,
  currentProject,
  type MessageType,
  maySee,
  ServiceError,
  VersionConflictError,
} from "@climb/runtime";
import { indexLabels, joinedMetadata } from "./metadata.js";
import { countedLabel, type QuotaUse } from "./quotas.js";
import { shareWatches } from "./shared-watches.js";
import { isFinal, type LongResource, nameOfState } from "./status.js";
import { watchWithProgress } from "./watch.js";

/**
 * Resources of one kind, each by its latest state. A resource belongs to the project that it was made for; work for another
 * project finds nothing where it is.
 */
export interface ResourceStore<T extends LongResource> {
  readonly kind: string;
  decode(record: Uint8Array): T;
  /** Stores the resource unless there is one; else what `merge` makes of the one that is there. Returns what is there now. */
  create(wanted: T, merge: (current: T) => T): Promise<T>;
  get(id: string): Promise<T | undefined>;
  /** The project that owns a resource; empty: nobody, or there is none. */
  ownerOf(id: string): Promise<string>;
  /** @throws ServiceError notFound RESOURCE_UNKNOWN */
  require(id: string): Promise<T>;
  /**
   * Stores what `change` makes of the current state; asked again when somebody else was faster. Nothing is stored when it
   * returns its argument. @throws ServiceError notFound RESOURCE_UNKNOWN
   */
  update(id: string, change: (current: T) => T): Promise<T>;
  /** As {@link update}, of what people say about the resource; all else that is stored leaves it alone. */
  describe(id: string, change: (current: ResourceMetadata | undefined) => ResourceMetadata | undefined): Promise<T>;
  /** Removes a resource as it was seen last. @throws VersionConflictError if it has changed since */
  remove(id: string, revision: number): Promise<void>;
  /** As {@link require}, with the revision. */
  load(id: string): Promise<{ resource: T; revision: number }>;
  /** A page of at most 1000 (default 50), newest first, with the progress of those at work. */
  list(page: ResourcePage): Promise<{ items: T[]; nextPageToken: string }>;
  /** All of a filter, the oldest first, page after page, with the progress of those at work. */
  every(filter: SnapshotFilter): AsyncGenerator<T>;
  /** A resource with its progress, if it is at work. @throws ServiceError notFound RESOURCE_UNKNOWN */
  show(id: string): Promise<T>;
  /**
   * The states after a sequence and how far the work is, as both change, until the resource is removed or the signal
   * aborts. Who is slow gets the latest, not all between. @throws ServiceError notFound RESOURCE_UNKNOWN
   */
  watch(id: string, signal: AbortSignal): AsyncGenerator<{ sequence: bigint; resource: T }>;
  /** Tells how far the work of an attempt is; overwritten, no part of the resource's history. */
  tell(of: { id: string; attempt: number }, progress: Progress): Promise<void>;
  /** Forgets how far the work was. */
  untell(id: string): Promise<void>;
}

export interface ResourcePage {
  pageSize: number;
  pageToken: string;
  filter?: SnapshotFilter;
  oldestFirst?: boolean;
}

const DEFAULT_PAGE_SIZE = 50;
const EVERY_PAGE_SIZE = 200;
const ID = /^[A-Za-z0-9_-]{1,128}$/;

/** What a kind of resource is stored as. */
export interface StoredAs<T> {
  /** One word, for example "embedding-set"; also what messages call it. */
  kind: string;
  message: MessageType<T>;
  /** What lists can be narrowed by beside state and time. */
  labels?(resource: T): Record<string, string>;
  /** How it counts against its project's quota; not at all, unless given. */
  quota?: QuotaUse<T>;
}

/** The resources of a kind, on the platform's snapshots, with what is told of their work. */
export function createResourceStore<T extends LongResource>(
  { snapshots, progress }: Pick<Platform, "snapshots" | "progress">,
  { kind, message, labels = () => ({}), quota }: StoredAs<T>,
): ResourceStore<T> {
  const indexOf = (resource: T, owner: string): SnapshotIndex => ({
    state: nameOfState(resource.status),
    owner,
    labels: { ...indexLabels(labels(resource), resource.metadata), ...countedLabel(quota) },
    createTimeMs: attemptOf(resource),
  });
  const put = (resource: T, owner: string, revision: number) => {
    const record = message.encode(resource).finish();
    return snapshots.put(kind, resource.id, { index: indexOf(resource, owner), record }, revision);
  };
  // An id that cannot be a key cannot be known either.
  const get = async (id: string) => (ID.test(id) ? snapshots.get(kind, id) : undefined);
  const unknown = (id: string) => {
    const said = id.length > 100 ? `${id.slice(0, 100)}…` : id || "(empty id)";
    return new ServiceError("notFound", "RESOURCE_UNKNOWN", `there is no ${kind} ${said}`, { kind, id: said });
  };
  const find = async (id: string) => {
    const found = await get(id);
    if (!found || !maySee(found.index.owner)) return undefined;
    return { resource: message.decode(found.record), revision: found.revision, owner: found.index.owner };
  };
  const load = async (id: string) => {
    const found = await find(id);
    if (found) return found;
    throw unknown(id);
  };
  /** Tries until nobody else was faster. */
  const untilStored = async (attempt: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      try {
        const stored = await attempt();
        if (stored) return stored;
      } catch (error) {
        if (!(error instanceof VersionConflictError)) throw error;
      }
    }
  };
  const withProgress = async (resource: T): Promise<T> => {
    if (!isRunning(resource)) return resource;
    const told = await progress.get(kind, resource.id);
    return told ? showProgress(resource, told.index.createTimeMs, Progress.decode(told.record)) : resource;
  };

  const watches = shareWatches(
    (id, signal) =>
      watchWithProgress<T>(
        {
          states: () => snapshots.watch(kind, id, signal),
          progress: (until) => progress.watch(kind, id, until, { awaits: true }),
          decode: ({ record, revision }) => ({ resource: message.decode(record), sequence: BigInt(revision) }),
          isRunning,
          show: (resource, told) => showProgress(resource, told.index.createTimeMs, Progress.decode(told.record)),
        },
        signal,
      ),
    ({ resource }) => isFinal(resource.status),
  );

  const list: ResourceStore<T>["list"] = async ({ pageSize, pageToken, filter: asked, oldestFirst }) => {
    const owner = currentProject();
    // Of another project nothing is there.
    if (owner !== undefined && asked?.owner !== undefined && asked.owner !== owner) {
      return { items: [], nextPageToken: "" };
    }
    const filter = owner === undefined ? asked : { ...asked, owner };
    const size = pageSize || DEFAULT_PAGE_SIZE;
    const order = oldestFirst ? "oldest" : "newest";
    const { items, nextPageToken } = await snapshots.list(kind, { filter, order, pageSize: size, pageToken });
    const resources = items.map(({ record }) => message.decode(record));
    return { items: await Promise.all(resources.map(withProgress)), nextPageToken };
  };

  return {
    kind,
    decode: (record) => message.decode(record),
    load,
    create: (wanted, merge) =>
      untilStored(async () => {
        const known = await find(wanted.id);
        // What another project has under this id must not be written over.
        if (!known && (await get(wanted.id))) throw unknown(wanted.id);
        if (known) {
          const next = withMetadata(merge(known.resource), joinedMetadata(known.resource.metadata, wanted.metadata));
          if (next !== known.resource) await put(next, known.owner, known.revision);
          return next;
        }
        const owner = currentProject() ?? "";
        const said = wanted.metadata ?? ResourceMetadata.create();
        const next = withMetadata(wanted, { ...said, owner, creator: currentCaller()?.name ?? "" });
        await put(next, owner, 0);
        return next;
      }),
    get: async (id) => (await find(id))?.resource,
    ownerOf: async (id) => (await get(id))?.index.owner ?? "",
    require: async (id) => (await load(id)).resource,
    update: (id, change) =>
      untilStored(async () => {
        const { resource, revision, owner } = await load(id);
        const changed = withMetadata(change(resource), resource.metadata);
        if (changed !== resource) await put(changed, owner, revision);
        return changed;
      }),
    describe: (id, change) =>
      untilStored(async () => {
        const { resource, revision, owner } = await load(id);
        const changed = withMetadata(resource, change(resource.metadata));
        if (changed !== resource) await put(changed, owner, revision);
        return changed;
      }),
    remove: (id, revision) => snapshots.remove(kind, id, revision),
    list,
    async *every(filter) {
      let pageToken = "";
      do {
        const page = await list({ pageSize: EVERY_PAGE_SIZE, pageToken, filter, oldestFirst: true });
        yield* page.items;
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    show: async (id) => withProgress((await load(id)).resource),
    async *watch(id, signal) {
      await load(id);
      yield* watches.watch(id, signal);
    },
    async tell({ id, attempt }, told) {
      const index = { state: "", owner: "", labels: {}, createTimeMs: attempt };
      await progress.put(kind, id, { index, record: Progress.encode(told).finish() });
    },
    untell: (id) => progress.remove(kind, id),
  };
}

/** A resource with what is said about it; itself if it has that already. */
function withMetadata<T extends LongResource>(resource: T, metadata: ResourceMetadata | undefined): T {
  return resource.metadata === metadata ? resource : { ...resource, metadata };
}

/** Which attempt at a resource this is: the time at which it was begun, in milliseconds. */
export function attemptOf({ status }: LongResource): number {
  return status?.createTime?.getTime() ?? 0;
}

function isRunning({ status }: LongResource): boolean {
  return nameOfState(status) === "RUNNING";
}

/** A resource with the progress of its work, unless that is of an earlier attempt. */
function showProgress<T extends LongResource>(resource: T, attempt: number, progress: Progress): T {
  if (attempt !== attemptOf(resource) || !isRunning(resource) || !resource.status) return resource;
  return { ...resource, status: { ...resource.status, progress } };
}
