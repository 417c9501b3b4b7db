import type { NewJob, Platform } from "@climb/ports";
import { JobState, type Progress } from "@climb/proto/common/v1/job";
import { currentTraceId, forOwner, nameSpan } from "@climb/runtime";
import { type Attempt, attemptOfJob, jobOfAttempt } from "./job-payload.js";
import { runJobs } from "./jobs.js";
import { enterCost, type WorkCost } from "./ledger.js";
import { attemptOf, type ResourceStore } from "./resource-store.js";
import { Asleep, type ShardRequest, type ShardWork } from "./shards.js";
import { ended, failureOf, isFinal, isPermanent, type LongResource, nameOfState, running } from "./status.js";

/** What the maker of a resource gets. */
export interface MakeContext<T> {
  /** Fires with the lease, at shutdown, and when the resource is cancelled by a call. */
  signal: AbortSignal;
  /** Stores a change, unless this attempt at the resource has ended; returns what is there now. */
  update(change: (before: T) => T): Promise<T>;
  /** Tells how far the work is; stored about once a second and at each new stage. */
  report(progress: Progress): void;
  /**
   * Returns what each shard of a group has left, once whichever workers are free have done all. Until then the maker ends here and is
   * called again from its beginning when the last shard is done: what stands before must be quick to find again.
   */
  shards<Params, Outcome>(work: ShardWork<Params>, request: ShardRequest<Params, Outcome>): Promise<Outcome[]>;
  /**
   * Ends the work here without a result, until the resource's job is queued again (`ResourceKind.wake`, and once a minute).
   * @param what is waited for, for people
   * @param isOver whether there is nothing to wait for by now
   */
  sleep(what: string, isOver: () => Promise<boolean>): never;
}

/** How the resources of a kind are made. */
export interface Making<T extends LongResource> {
  platform: Platform;
  store: ResourceStore<T>;
  concurrency: number;
  now: () => Date;
  make(resource: T, context: MakeContext<T>): Promise<(before: T) => T>;
  isComplete(resource: T): boolean;
  tidy(resource: T): Promise<void>;
  cancelled(resource: T): Promise<void>;
  event(id: string, state: JobState): { subject: string; payload: Uint8Array };
  cost(resource: T): WorkCost;
  /** Begins a resource again whose attempt was given up, unless something has become of it since. */
  again(attempt: Attempt): Promise<void>;
  maxDeliveries?: number;
}

const REPORT_MS = 1000;

/** The job that makes a resource: another one each time that the resource is begun again. */
export function jobOf(resource: LongResource): NewJob {
  return jobOfAttempt({ id: resource.id, attempt: attemptOf(resource) });
}

/** Makes the resources of a kind from its queue until the platform's signal aborts. */
export async function workOnResources<T extends LongResource>(making: Making<T>): Promise<void> {
  const { platform, store, concurrency, now, maxDeliveries } = making;
  const name = store.kind;
  const queue = platform.queue(name, { maxDeliveries });
  /** The groups that sleepers of this process wait for, by job. */
  const asleep = new Map<string, Asleep>();
  await runJobs({
    platform,
    queue,
    name,
    concurrency,
    handler: async (job, { signal }) => {
      const attempt = attemptOfJob(job);
      const owner = await store.ownerOf(attempt.id);
      nameSpan({
        "climb.resource.kind": name,
        "climb.resource.id": attempt.id,
        ...(name === "run" && { "climb.run.id": attempt.id }),
        ...(owner !== "" && { "climb.project.id": owner }),
      });
      if (attempt.again) return forOwner(owner, () => making.again(attempt));
      const sleeping = await forOwner(owner, () => work(making, attempt, signal));
      if (sleeping) asleep.set(job.id, sleeping);
      else asleep.delete(job.id);
    },
    onCompleted: async (job) => {
      const sleeping = asleep.get(job.id);
      asleep.delete(job.id);
      // The last shard may have been done while the job was still leased, and could not be queued again then.
      if (sleeping && (await sleeping.isOver())) await queue.enqueue(job);
    },
    onBuried: async (job, error) => {
      const attempt = attemptOfJob(job);
      await forOwner(await store.ownerOf(attempt.id), async () => {
        await store.update(attempt.id, (before) => (isAt(attempt, before) ? failed(before, error, now()) : before));
        await finish(making, attempt.id);
      });
    },
  });
}

/** Whether a resource is still at an attempt. */
export function isAt({ attempt }: Attempt, resource: LongResource): boolean {
  return !isFinal(resource.status) && attemptOf(resource) === attempt;
}

/** Makes a resource to its end, or until it sleeps. */
async function work<T extends LongResource>(
  making: Making<T>,
  attempt: Attempt,
  lease: AbortSignal,
): Promise<Asleep | undefined> {
  const { platform, store, now, isComplete } = making;
  const { id } = attempt;
  const goesOn = (resource: T) => isAt(attempt, resource);
  const update = (change: (before: T) => T) => store.update(id, (before) => (goesOn(before) ? change(before) : before));
  const ending = whenEnded(making, attempt, lease);
  const { signal } = ending;
  const progress = reporter(making, attempt);
  const log = (message: string) => platform.logger.info({ kind: store.kind, resource: id }, message);
  const used = new Map<string, ShardWork<never>>();
  const context: MakeContext<T> = {
    signal,
    update,
    report: progress.report,
    async shards(shards, request) {
      used.set(request.key, shards as ShardWork<never>);
      await progress.settled();
      return shards.all(request, { kind: store.kind, ...attempt, queue: store.kind });
    },
    sleep(what, isOver) {
      throw new Asleep(what, isOver);
    },
  };
  try {
    let begins = false;
    let resource = await update((before) => {
      const status = running(before.status, now(), currentTraceId());
      begins = status !== before.status;
      return begins ? { ...before, status } : before;
    });
    if (goesOn(resource)) log(begins ? "work begins" : "work goes on");
    while (goesOn(resource)) {
      const made = await making.make(resource, context);
      await progress.settled();
      resource = await update((before) => {
        const after = made(before);
        return isComplete(after)
          ? { ...after, status: ended(after.status, JobState.JOB_STATE_SUCCEEDED, now()) }
          : after;
      });
    }
    for (const [key, shards] of used) await shards.forget(key);
  } catch (error) {
    if (error instanceof Asleep) return error;
    if (lease.aborted) throw error;
    if (!signal.aborted) {
      if (!isPermanent(error)) throw error;
      platform.logger.error({ err: error, resource: id, kind: store.kind }, "a resource cannot be made");
      await update((before) => failed(before, error, now()));
    }
  } finally {
    await ending.close();
    await progress.settled();
  }
  await finish(making, id);
  return undefined;
}

function failed<T extends LongResource>(before: T, error: unknown, now: Date): T {
  return { ...before, status: ended(before.status, JobState.JOB_STATE_FAILED, now, failureOf(error)) };
}

/** Tidies up and tells the world, if the resource has ended: one that was begun again is told of by its next job. */
async function finish<T extends LongResource>(making: Making<T>, id: string) {
  const { platform, store, tidy, cancelled } = making;
  const resource = await store.get(id);
  if (!resource || !isFinal(resource.status)) return;
  const state = nameOfState(resource.status);
  platform.logger.info({ kind: store.kind, resource: id, state }, "work has ended");
  if (resource.status?.state === JobState.JOB_STATE_SUCCEEDED) await tidy(resource);
  if (resource.status?.state === JobState.JOB_STATE_CANCELLED) await cancelled(resource);
  await store.untell(id);
  await announceEnd(making, resource);
}

/** Enters what a resource took into the ledger and tells the world that it has ended, if it has. */
export async function announceEnd<T extends LongResource>(
  { platform, store, event, cost }: Pick<Making<T>, "platform" | "store" | "event" | "cost">,
  resource: T,
): Promise<void> {
  const { id, status } = resource;
  if (!status || !isFinal(status)) return;
  const [owner, attempt] = [await store.ownerOf(id), attemptOf(resource)];
  const endTime = status.endTime ?? new Date(attempt);
  await enterCost(platform, { kind: store.kind, id, attempt, owner, endTime, total: cost(resource) });
  // The same id however often it is told, another one when the resource was begun again and has ended anew.
  const eventId = `${id}-${status.state}-${status.endTime?.getTime() ?? 0}`;
  await platform.events.publish({ ...event(id, status.state), id: eventId });
}

/** A signal that fires with the lease, and when the attempt was ended by a call, whichever process took it. */
function whenEnded<T extends LongResource>({ platform, store }: Making<T>, attempt: Attempt, lease: AbortSignal) {
  const [ended, done] = [new AbortController(), new AbortController()];
  const over = AbortSignal.any([lease, done.signal]);
  const watch = async () => {
    for await (const { record } of platform.snapshots.watch(store.kind, attempt.id, over)) {
      if (!isAt(attempt, store.decode(record))) return ended.abort(new Error(`${attempt.id} was cancelled`));
    }
    if (!over.aborted) ended.abort(new Error(`${attempt.id} was deleted`));
  };
  // A watch that broke costs an early stop, no more: each update looks at the state again.
  const watching = watch().catch((error) => {
    if (!done.signal.aborted) platform.logger.warn({ err: error, resource: attempt.id }, "a cancel would come late");
  });
  return {
    signal: AbortSignal.any([lease, ended.signal]),
    async close() {
      done.abort();
      await watching;
    },
  };
}

function reporter<T extends LongResource>({ platform, store, now }: Making<T>, attempt: Attempt) {
  let [stage, reportedMs] = ["", 0];
  let writing: Promise<unknown> = Promise.resolve();
  return {
    report(progress: Progress) {
      const atMs = now().getTime();
      if (progress.stage === stage && progress.done < progress.total && atMs - reportedMs < REPORT_MS) return;
      [stage, reportedMs] = [progress.stage, atMs];
      writing = writing
        .then(() => store.tell(attempt, progress))
        .catch((error) => platform.logger.warn({ err: error, resource: attempt.id }, "progress could not be told"));
    },
    /** Resolves when nothing is being written any more. */
    settled: () => writing,
  };
}
