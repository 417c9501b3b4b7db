import { JobState, type JobStatus, type Progress } from "@climb/proto/common/v1/job";
import { ServiceError } from "./errors.js";
import { type Job, runJobs } from "./jobs.js";
import type { Platform, QueueName } from "./platform.js";
import type { ResourceStore } from "./resources.js";
import { ended, failureOf, isFinal, isLost, running } from "./status.js";

/** A resource that takes a job to make. */
export interface LongResource {
  id: string;
  status: JobStatus | undefined;
}

/** What the maker of a resource gets. */
export interface MakeContext<T> {
  /** Fires with the lease, at shutdown, and when the resource is cancelled by a call. */
  signal: AbortSignal;
  /** Stores a change, unless this attempt at the resource has ended; returns what is there now. */
  update(change: (before: T) => T): Promise<T>;
  /** Tells how far the work is; stored about once a second and at each new stage. */
  report(progress: Progress): void;
}

export interface ResourceJobs<T extends LongResource> {
  platform: Pick<Platform, "queue" | "logger" | "signal" | "events">;
  queue: QueueName;
  resources: ResourceStore<T>;
  /** Resources at once. */
  concurrency: number;
  now: () => Date;
  /**
   * Makes the resource and returns what to store of it. Comes again after a crash, so it should find what is there. An
   * error that stays whatever is tried ends the resource as FAILED; any other is tried three times.
   */
  make(resource: T, context: MakeContext<T>): Promise<(before: T) => T>;
  /** Whether nothing is left to make; if something is, `make` comes again. Always, unless given. */
  isComplete?(resource: T): boolean;
  /** Removes what only the making needed. Called at least once after the result is stored. */
  tidy?(resource: T): Promise<void>;
  /** The event that the resource has ended. */
  endEvent(id: string, state: JobState): { subject: string; payload: Uint8Array };
}

const REPORT_MS = 1000;

/** The job that makes a resource: another one each time that the resource is begun again. */
function jobOf({ id, status }: LongResource): { id: string; payload: Uint8Array } {
  return { id: `${id}-${status?.createTime?.getTime() ?? 0}`, payload: Buffer.from(id, "utf8") };
}

/** Stores a new resource and queues its job; begins one that failed or was cancelled again. Returns what is there. */
export async function beginResource<T extends LongResource>(
  { platform, queue, resources }: Pick<ResourceJobs<T>, "queue" | "resources"> & { platform: Pick<Platform, "queue"> },
  initial: T,
): Promise<T> {
  const { resource } = await resources.create(initial.id, initial, ({ status }) => isLost(status));
  await queueResource(platform, queue, resource);
  return resource;
}

/** Queues the job of a resource that has not ended; also of one that was there: its creator may have died before. */
export async function queueResource(
  platform: Pick<Platform, "queue">,
  queue: QueueName,
  resource: LongResource,
): Promise<void> {
  if (!isFinal(resource.status)) await platform.queue(queue).enqueue(jobOf(resource));
}

/** Makes resources from a queue until the platform's signal aborts. */
export function runResourceJobs<T extends LongResource>(options: ResourceJobs<T>): Promise<void> {
  const { platform, queue, resources, concurrency, now } = options;
  return runJobs({
    queue: platform.queue(queue),
    name: queue,
    concurrency,
    signal: platform.signal,
    logger: platform.logger,
    handler: (job, { signal }) => work(options, job, signal),
    onBuried: async (job, error) => {
      const goesOn = isAttempt(job);
      await resources.update(idOf(job), (before) => (goesOn(before) ? failed(before, error, now()) : before));
      await finish(options, job);
    },
  });
}

function idOf({ payload }: Job): string {
  return Buffer.from(payload).toString("utf8");
}

/** Whether a resource is still at the attempt that a job is for. */
function isAttempt(job: Job): (resource: LongResource) => boolean {
  return (resource) => !isFinal(resource.status) && jobOf(resource).id === job.id;
}

async function work<T extends LongResource>(options: ResourceJobs<T>, job: Job, lease: AbortSignal): Promise<void> {
  const { platform, resources, now, isComplete = () => true } = options;
  const id = idOf(job);
  const goesOn = isAttempt(job);
  const update = (change: (before: T) => T) =>
    resources.update(id, (before) => (goesOn(before) ? change(before) : before));
  const ending = whenEnded(options, id, goesOn, lease);
  const { signal } = ending;
  const progress = reporter(options, update, id);
  try {
    let resource = await update((before) => ({
      ...before,
      status: running(before.status, now(), before.status?.progress),
    }));
    while (goesOn(resource)) {
      const made = await options.make(resource, { signal, update, report: progress.report });
      await progress.settled();
      resource = await update((before) => {
        const after = made(before);
        return isComplete(after)
          ? { ...after, status: ended(after.status, JobState.JOB_STATE_SUCCEEDED, now()) }
          : after;
      });
    }
  } catch (error) {
    if (lease.aborted) throw error;
    if (!signal.aborted) {
      if (!isLasting(error)) throw error;
      platform.logger.error({ err: error, resource: id, queue: options.queue }, "a job cannot succeed");
      await update((before) => failed(before, error, now()));
    }
  } finally {
    await ending.close();
    await progress.settled();
  }
  await finish(options, job);
}

function failed<T extends LongResource>(before: T, error: unknown, now: Date): T {
  return { ...before, status: ended(before.status, JobState.JOB_STATE_FAILED, now, failureOf(error)) };
}

/** Whether trying again is of no use: what is wrong with a request, or with its numbers, stays wrong. */
function isLasting(error: unknown): boolean {
  if (error instanceof ServiceError) return error.kind !== "unavailable" && error.kind !== "exhausted";
  // By name: an error that came from a worker thread has lost its class.
  return error instanceof Error && error.name === "RangeError";
}

/** Tidies up and tells the world, if the resource has ended: one that was begun again is told of by its next job. */
async function finish<T extends LongResource>({ platform, resources, endEvent, tidy }: ResourceJobs<T>, job: Job) {
  const resource = await resources.require(idOf(job));
  if (resource.status?.state === JobState.JOB_STATE_SUCCEEDED) await tidy?.(resource);
  await announceEnd(platform, resource, endEvent);
}

/** Tells the world that a resource has ended, if it has. */
export async function announceEnd(
  { events }: Pick<Platform, "events">,
  { id, status }: LongResource,
  endEvent: ResourceJobs<LongResource>["endEvent"],
): Promise<void> {
  if (!status || !isFinal(status)) return;
  // The same id however often it is told, another one when the resource was begun again and has ended anew.
  const eventId = `${id}-${status.state}-${status.endTime?.getTime() ?? 0}`;
  await events.publish({ ...endEvent(id, status.state), id: eventId });
}

/** A signal that fires with the lease, and when the attempt was ended by a call, whichever process took it. */
function whenEnded<T extends LongResource>(
  { platform, resources }: ResourceJobs<T>,
  id: string,
  goesOn: (resource: T) => boolean,
  lease: AbortSignal,
) {
  const [ended, done] = [new AbortController(), new AbortController()];
  const watch = async () => {
    const signal = AbortSignal.any([lease, done.signal]);
    for await (const { resource } of resources.watch(id, { afterSequence: 0, signal })) {
      if (!goesOn(resource)) return ended.abort(new Error(`${id} was cancelled`));
    }
  };
  // A watch that broke costs an early stop, no more: each update looks at the state again.
  const watching = watch().catch((error) => {
    if (!done.signal.aborted) platform.logger.warn({ err: error, resource: id }, "a cancel would come late");
  });
  return {
    signal: AbortSignal.any([lease, ended.signal]),
    async close() {
      done.abort();
      await watching;
    },
  };
}

function reporter<T extends LongResource>(
  { platform, now }: ResourceJobs<T>,
  update: MakeContext<T>["update"],
  id: string,
) {
  let [stage, reportedMs] = ["", 0];
  let writing: Promise<unknown> = Promise.resolve();
  return {
    report(progress: Progress) {
      const atMs = now().getTime();
      if (progress.stage === stage && progress.done < progress.total && atMs - reportedMs < REPORT_MS) return;
      [stage, reportedMs] = [progress.stage, atMs];
      writing = writing
        .then(() => update((before) => ({ ...before, status: running(before.status, now(), progress) })))
        .catch((error) => platform.logger.warn({ err: error, resource: id }, "progress could not be stored"));
    },
    /** Resolves when nothing is being written any more. */
    settled: () => writing,
  };
}
