import type { Platform } from "@climb/ports";
import { type Fault, JobState } from "@climb/proto/common/v1/job";
import type { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { type CallContext, ServiceError } from "@climb/runtime";
import { type ListRequest, type ResourceCalls, resourceCalls } from "./calls.js";
import { removeExpired } from "./expiry.js";
import { faultsError } from "./faults.js";
import { type Attempt, jobOfAttempt } from "./job-payload.js";
import { bytesNamedIn, closeAccount, type WorkCost } from "./ledger.js";
import { listPage } from "./list-page.js";
import { changedMetadata, saidOf } from "./metadata.js";
import { expectRoom } from "./quotas.js";
import { expectNotDeleting, whileUnused } from "./references.js";
import { claimRequest } from "./requests.js";
import { attemptOf, createResourceStore, type ResourceStore, type StoredAs } from "./resource-store.js";
import { callAgain } from "./safety-net.js";
import { defineShards, type ShardHost, type ShardWork } from "./shards.js";
import { ended, isFinal, isRestartable, type LongResource, nameOfState, pending } from "./status.js";
import { announceEnd, isAt, jobOf, type MakeContext, type Making, workOnResources } from "./work.js";

/** What a request for a resource comes to: every fault at once, or the resource as it begins, with status `pending`. */
export interface Checked<T> {
  faults: Fault[];
  wanted?: T;
  /** Thrown instead of the first fault, where a code of its own says more. */
  error?: ServiceError;
}

/** A kind of long work: what it is, how a request is checked, how it is made, what it tells. */
export interface ResourceDefinition<T extends LongResource, Request, N extends string, P extends string>
  extends StoredAs<T> {
  /** What the contract calls one and many, for example "EmbeddingSet" and "EmbeddingSets". */
  names: { one: N; many: P };
  /** Checks a request. Asking for the same thing twice must give the same id: a content id of what makes it. */
  check(request: Request, context: Pick<CallContext, "signal">): Promise<Checked<T>>;
  /**
   * Makes the resource and returns what to store of it. Comes again after a crash and after each sleep, so it finds what
   * is there. An error that stays whatever is tried ends the resource as FAILED; any other is tried three times.
   */
  make(resource: T, context: MakeContext<T>): Promise<(before: T) => T>;
  /** Resources at once in one process. */
  concurrency: number;
  /** What asking for one that is there makes of it; a FAILED or CANCELLED one begins again, unless given. */
  merge?(current: T, wanted: T): T;
  /** Whether nothing is left to make; if something is, `make` comes again. Always, unless given. */
  isComplete?(resource: T): boolean;
  /** Hands the work of a resource to somebody outside, and says whether it did; nobody's, unless given. */
  handOut?(resource: T): Promise<boolean>;
  /** Removes what only the making needed. Called at least once after the result is stored, and before a delete. */
  tidy?(resource: T): Promise<void>;
  /** Stops what a cancelled resource has asked of others. Called at least once after the cancel. */
  cancelled?(resource: T): Promise<void>;
  /** The event that a resource has ended. */
  event(id: string, state: JobState): { subject: string; payload: Uint8Array };
  /**
   * What its work took so far, over all attempts; from start to end, and the bytes of the artifacts that it names, unless
   * given.
   */
  cost?(resource: T): Omit<WorkCost, "bytes">;
  /** Deliveries after which a resource is given up because its workers died at it; 10, unless given. */
  maxDeliveries?: number;
}

/** The resources of a kind in this process. */
export interface ResourceKind<T extends LongResource, Request, N extends string, P extends string> extends ShardHost {
  store: ResourceStore<T>;
  /** Get, List, Watch, Update, Cancel and Delete. */
  calls: ResourceCalls<N, P, T>;
  /** Every fault of a request at once, for a Validate call. */
  validate(request: Request, context: CallContext): Promise<{ faults: Fault[] }>;
  /** For a Create call. @throws ServiceError for the first fault; exists REQUEST_ID_REUSED */
  create(
    request: Request & { requestId: string; metadata?: ResourceMetadata | undefined },
    context: Pick<CallContext, "signal">,
  ): Promise<{ [F in Uncapitalize<N>]: T }>;
  /** Stores a checked resource and queues its work, or finds it. @throws ServiceError exists REQUEST_ID_REUSED */
  begin(wanted: T, requestId: string): Promise<T>;
  /** Queues the job of a resource whose maker sleeps, or that has ended meanwhile. */
  wake(resource: T): Promise<void>;
  /** Tells the world of the end of a resource that nobody in Climb has worked on. */
  announce(resource: T): Promise<void>;
  /** Does the work of this kind and of its shards until the platform's signal aborts, as far as this process takes it. */
  work(): Promise<void>;
}

const MAX_DELIVERIES = 10;

/**
 * Declares a kind of resource: from one place its calls, its job, its progress, its failures and its event.
 * @param now the clock, for tests
 */
export function defineResource<T extends LongResource, Request, N extends string, P extends string>(
  platform: Platform,
  definition: ResourceDefinition<T, Request, N, P>,
  now: () => Date = () => new Date(),
): ResourceKind<T, Request, N, P> {
  const { kind, names, maxDeliveries = MAX_DELIVERIES } = definition;
  const store = createResourceStore(platform, definition);
  const queue = () => platform.queue(kind, { maxDeliveries });
  const making: Making<T> = {
    platform,
    store,
    concurrency: definition.concurrency,
    now,
    make: (resource, context) => definition.make(resource, context),
    isComplete: (resource) => definition.isComplete?.(resource) ?? true,
    tidy: async (resource) => definition.tidy?.(resource),
    cancelled: async (resource) => definition.cancelled?.(resource),
    event: (id, state) => definition.event(id, state),
    cost: (resource) => ({ ...(definition.cost ?? secondsOf)(resource), bytes: bytesNamedIn(resource) }),
    again: (attempt) => beginAgain(attempt),
    maxDeliveries,
  };
  const merge = (current: T, wanted: T) => {
    const merged = definition.merge?.(current, wanted) ?? (isRestartable(current.status) ? wanted : current);
    return isFinal(current.status) && !isFinal(merged.status) ? restarted(current, merged) : merged;
  };
  const dispatch = async (resource: T): Promise<void> => {
    if (!isFinal(resource.status) && !(await definition.handOut?.(resource))) await queue().enqueue(jobOf(resource));
  };
  const beginAgain = async ({ id, attempt }: Attempt): Promise<void> => {
    const wasGivenUp = (resource: T) => nameOfState(resource.status) === "FAILED" && attemptOf(resource) === attempt;
    if (!(await store.get(id))) return;
    const resource = await store.update(id, (before) =>
      wasGivenUp(before) ? restarted(before, { ...before, status: pending(now()) }) : before,
    );
    await dispatch(resource);
  };
  const begin = async (asked: T, requestId: string): Promise<T> => {
    const wanted = { ...asked, metadata: asked.metadata ?? saidOf(undefined, now()) };
    const known = await store.get(wanted.id);
    if (!known || isRestartable(known.status))
      await expectRoom(platform, { kind, decode: store.decode, quota: definition.quota }, wanted, now());
    await claimRequest(platform, kind, requestId, wanted.id, now());
    const resource = await store.create(wanted, (current) => merge(current, wanted));
    await expectNotDeleting(platform, { kind, id: wanted.id });
    // Also of one that was there: its creator may have died before.
    await dispatch(resource);
    return resource;
  };
  const shards: ShardWork<never>[] = [];
  const wakes = {
    wake: ({ id, attempt }: { id: string; attempt: number }) => queue().enqueue(jobOfAttempt({ id, attempt })),
    isAlive: async (waiter: { kind: string; id: string; attempt: number }) => {
      const resource = await store.get(waiter.id);
      return resource !== undefined && isAt(waiter, resource);
    },
    tell: store.tell,
  };

  const actions = {
    show: (id: string) => store.show(id),
    list: (request: ListRequest) => listPage(store, request),
    async *watch(id: string, afterSequence: bigint, signal: AbortSignal) {
      let first = true;
      for await (const shown of store.watch(id, signal)) {
        // What the caller has seen is not said again, but how far the work at it is.
        if (shown.sequence > afterSequence || (!first && shown.sequence === afterSequence)) yield shown;
        first = false;
        if (isFinal(shown.resource.status)) return;
      }
    },
    describe: (id: string, said: ResourceMetadata | undefined, mask: string[] | undefined) =>
      store.describe(id, (known) => changedMetadata(known, saidOf(said, now()), mask)),
    cancel: (id: string) =>
      store.update(id, (before) =>
        isFinal(before.status)
          ? before
          : { ...before, status: ended(before.status, JobState.JOB_STATE_CANCELLED, now()) },
      ),
    async remove(id: string) {
      const { resource, revision } = await store.load(id);
      const state = nameOfState(resource.status);
      if (!isFinal(resource.status)) {
        const message = `${kind} ${id} is ${state}; cancel it before it is deleted`;
        throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind, id, state });
      }
      await whileUnused(platform, { kind, id }, now(), async () => {
        await definition.tidy?.(resource);
        await store.remove(id, revision);
        await closeAccount(platform, kind, id);
      });
    },
  };

  return {
    store,
    begin,
    calls: resourceCalls(actions, names.one, names.many, definition.message.typeName),
    validate: async (request, context) => ({ faults: (await definition.check(request, context)).faults }),
    async create(request, context) {
      const { faults, wanted, error } = await definition.check(request, context);
      if (error) throw error;
      if (faults.length > 0 || !wanted) throw faultsError(faults);
      const field = names.one.slice(0, 1).toLowerCase() + names.one.slice(1);
      return { [field]: await begin({ ...wanted, metadata: saidOf(request.metadata, now()) }, request.requestId) } as {
        [F in Uncapitalize<N>]: T;
      };
    },
    wake: (resource) => queue().enqueue(jobOf(resource)),
    announce: (resource) => announceEnd(making, resource),
    shards(given) {
      if (given.queue === kind) throw new Error(`${kind} is the queue of the resources; their shards need another one`);
      const work = defineShards(platform, wakes, given);
      shards.push(work as ShardWork<never>);
      return work;
    },
    async work() {
      const own = platform.role.takes(kind)
        ? [
            workOnResources(making),
            callAgain(platform, store, dispatch),
            removeExpired(platform, store, actions.remove, now),
          ]
        : [];
      await Promise.all([...own, ...shards.map((one) => one.work())]);
    },
  };
}

/** From the first start to the end. */
function secondsOf({ status }: LongResource): Omit<WorkCost, "bytes"> {
  const [startMs, endMs] = [status?.startTime?.getTime() ?? 0, status?.endTime?.getTime() ?? 0];
  return { seconds: startMs > 0 && endMs > startMs ? (endMs - startMs) / 1000 : 0, tokens: 0 };
}

/** A resource that is begun again: as wanted, in an attempt of its own even within one millisecond. */
function restarted<T extends LongResource>(current: T, wanted: T): T {
  if (!wanted.status || attemptOf(wanted) > attemptOf(current)) return wanted;
  return { ...wanted, status: { ...wanted.status, createTime: new Date(attemptOf(current) + 1) } };
}
