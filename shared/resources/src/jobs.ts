import type { JobQueue, Lease, Platform } from "@climb/ports";
import {
  contextFromHeaders,
  count,
  deliveryContext,
  idsOfDelivery,
  isUnavailable,
  recordSeconds,
  ServiceError,
  withLongSpan,
} from "@climb/runtime";
import { context, SpanKind, trace } from "@opentelemetry/api";
import { holdJob, takeQueue } from "./at-work.js";
import { measureLeaseAge } from "./lease-age.js";
import { patiently } from "./patience.js";

export interface Job {
  id: string;
  payload: Uint8Array;
  /** 1 for the first delivery. */
  delivery: number;
}

export interface RunJobsOptions {
  /** What work stops with and how long it waits for what is unavailable. */
  platform: Pick<Platform, "logger" | "signal" | "patienceMs">;
  queue: JobQueue;
  /** What the queue is called in spans and logs. */
  name: string;
  /** Jobs at once. */
  concurrency: number;
  /** Must be idempotent: a job comes again after a crash. Its signal fires on a lost lease or at shutdown. */
  handler: (job: Job, context: { signal: AbortSignal }) => Promise<void>;
  /** Called once when a job is given up after its last delivery, with the last error. */
  onBuried?: (job: Job, error: unknown) => Promise<void>;
  /** Called when a job was completed and the queue has let it go. */
  onCompleted?: (job: Job) => Promise<void>;
}

const RETRY_BASE_MS = 500;
/** A job whose handler throws so often is given up, even where the queue would deliver it more often. */
const MAX_FAILURES = 3;
const LONGEST_WAIT_MS = 30_000;

/** What became of a job in the hands of a worker; see ATTRIBUTES. */
type Outcome = "completed" | "failed" | "buried" | "lost" | "released";

/** Works through a queue until the platform's signal aborts; resolves when the last handler has returned. */
export async function runJobs(options: RunJobsOptions): Promise<void> {
  const leave = takeQueue(options.name, options.concurrency);
  try {
    await Promise.all(Array.from({ length: options.concurrency }, () => workOn(options)));
  } finally {
    leave();
  }
}

async function workOn(options: RunJobsOptions): Promise<void> {
  const { queue, platform, name } = options;
  const { signal, logger } = platform;
  while (!signal.aborted) {
    try {
      const lease = await patiently({ logger, patienceMs: Number.POSITIVE_INFINITY }, `queue ${name}`, signal, () =>
        queue.lease({ waitMs: LONGEST_WAIT_MS, signal }),
      );
      if (lease) await handle(options, lease);
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error, queue: name }, "the job queue cannot be read; trying again");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function handle(options: RunJobsOptions, lease: Lease): Promise<void> {
  const { queue, name, platform, handler, onBuried, onCompleted } = options;
  const { signal, logger } = platform;
  const held = holdLease(options, lease);
  const job = { id: lease.id, payload: lease.payload, delivery: lease.delivery };
  const begun = performance.now();
  let outcome: Outcome = "lost";
  // What the queue refuses at the end says nothing of the job: it comes again, and may find its work done.
  const settle = async (tell: () => Promise<void>): Promise<boolean> => {
    try {
      await patiently(platform, `the end of job ${lease.id} in queue ${name}`, held.lost, tell);
      return true;
    } catch (error) {
      logger.warn({ err: error, queue: name, job: lease.id }, "the queue did not hear how a job ended; it comes again");
      return false;
    }
  };
  const giveUp = async (error: unknown) => {
    outcome = "buried";
    await onBuried?.(job, error);
    await settle(() => lease.bury(error instanceof Error ? error.message : String(error)));
  };
  try {
    if (lease.delivery > queue.maxDeliveries) {
      const tries = lease.delivery - 1;
      const message = `given up: ${tries} workers died at it`;
      return await giveUp(new ServiceError("wrongState", "JOB_POISONED", message, { deliveries: String(tries) }));
    }
    const working = AbortSignal.any([signal, held.lost]);
    const failure = await inTraceOf(name, lease, () =>
      patiently(platform, `job ${lease.id} of queue ${name}`, working, () => handler(job, { signal: working })),
    ).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (held.lost.aborted) return;
    if (!failure) {
      if (!(await settle(() => lease.complete()))) return;
      outcome = "completed";
      await onCompleted?.(job);
      return;
    }
    if (signal.aborted) {
      outcome = "released";
      await lease.release().catch((error) => logger.debug({ err: error, job: lease.id }, "a job comes back by itself"));
      return;
    }
    const { error } = failure;
    logger.error({ err: error, queue: name, job: lease.id, delivery: lease.delivery }, "a job failed");
    const failures = lease.failures + 1;
    if (failures >= MAX_FAILURES || lease.delivery >= queue.maxDeliveries) await giveUp(error);
    else {
      outcome = "failed";
      await settle(() => lease.release({ delayMs: RETRY_BASE_MS * 2 ** failures, failed: true }));
    }
  } finally {
    held.close();
    const measured = { "climb.job.queue": name, "climb.job.outcome": outcome };
    count("jobs", measured);
    const span = trace.getSpanContext(contextFromHeaders(lease.traceHeaders));
    recordSeconds("jobDuration", (performance.now() - begun) / 1000, measured, span);
  }
}

/**
 * Does a job within the trace of whoever queued it, below a mark of its delivery; linked to the delivery before, whose
 * worker may have died in the middle. A job that lasts long goes on in traces of its own.
 */
function inTraceOf<T>(name: string, { id, delivery, traceHeaders }: Lease, work: () => Promise<T>): Promise<T> {
  const caller = contextFromHeaders(traceHeaders);
  const attributes = { "climb.job.id": id, "climb.job.queue": name, "climb.job.delivery": delivery };
  const earlier = {
    context: deliveryContext(name, id, delivery - 1, caller),
    attributes: { "climb.link.reason": "earlier delivery" },
  };
  const options = {
    attributes,
    kind: SpanKind.CONSUMER,
    links: delivery > 1 ? [earlier] : [],
    mark: true,
    ids: idsOfDelivery(name, id, delivery, caller),
    ownTrace: true,
  };
  return context.with(caller, () => withLongSpan(`job ${name}`, options, work));
}

/** Keeps a lease while its job is worked on. A broker that is away takes no lease: whether it is lost shows after. */
function holdLease({ queue, name, platform: { logger } }: RunJobsOptions, lease: Lease) {
  const lost = new AbortController();
  const { id, payload, delivery } = lease;
  measureLeaseAge(name);
  const forget = holdJob({ queue: name, id, payload, delivery });
  const heartbeat = setInterval(() => {
    lease.extend().catch((error) => {
      if (isUnavailable(error)) return;
      logger.warn({ err: error, queue: name, job: lease.id }, "the lease was lost");
      lost.abort(error);
    });
  }, queue.leaseMs / 3);
  return {
    lost: lost.signal,
    close() {
      clearInterval(heartbeat);
      forget();
    },
  };
}
