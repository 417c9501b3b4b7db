import { context, SpanKind } from "@opentelemetry/api";
import type { Logger } from "pino";
import { ServiceError } from "./errors.js";
import type { JobQueue, Lease } from "./ports.js";
import { contextFromHeaders } from "./telemetry/context.js";
import { withSpan } from "./telemetry/span.js";

export interface Job {
  id: string;
  payload: Uint8Array;
  /** 1 for the first delivery. */
  delivery: number;
}

export interface RunJobsOptions {
  queue: JobQueue;
  /** What the queue is called in spans and logs. */
  name: string;
  /** Jobs at once. */
  concurrency: number;
  /** Aborts at shutdown: running jobs are told, unfinished ones go back to the queue. */
  signal: AbortSignal;
  logger: Logger;
  /** Must be idempotent: a job comes again after a crash. Its signal fires on a lost lease or at shutdown. */
  handler: (job: Job, context: { signal: AbortSignal }) => Promise<void>;
  /** Called once when a job is given up after its last delivery, with the last error. */
  onBuried?: (job: Job, error: unknown) => Promise<void>;
}

const RETRY_BASE_MS = 500;
/** A job whose handler throws so often is given up, even where the queue would deliver it more often. */
const MAX_FAILURES = 3;

/** Works through a queue until the signal aborts; resolves when the last handler has returned. */
export async function runJobs(options: RunJobsOptions): Promise<void> {
  const failures = new Map<string, number>();
  await Promise.all(Array.from({ length: options.concurrency }, () => workOn(options, failures)));
}

async function workOn(options: RunJobsOptions, failures: Map<string, number>): Promise<void> {
  const { queue, signal, logger, name } = options;
  while (!signal.aborted) {
    try {
      const lease = await queue.lease({ waitMs: 30_000, signal });
      if (lease) await handle(options, lease, failures);
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error, queue: name }, "the job queue cannot be read; trying again");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function handle(
  { queue, name, signal, logger, handler, onBuried }: RunJobsOptions,
  lease: Lease,
  failures: Map<string, number>,
): Promise<void> {
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    lease.extend().catch((error) => {
      logger.warn({ err: error, queue: name, job: lease.id }, "the lease was lost");
      lost.abort(error);
    });
  }, queue.leaseMs / 3);
  const job = { id: lease.id, payload: lease.payload, delivery: lease.delivery };
  // What the queue refuses at the end says nothing of the job: it comes again, and may find its work done.
  const settle = (told: Promise<void>) =>
    told.catch((error) =>
      logger.warn({ err: error, queue: name, job: lease.id }, "the queue did not hear how a job ended; it comes again"),
    );
  const giveUp = async (error: unknown) => {
    await onBuried?.(job, error);
    await settle(lease.bury(error instanceof Error ? error.message : String(error)));
  };
  const attributes = { "climb.job.id": lease.id, "climb.job.queue": name, "climb.job.delivery": lease.delivery };
  try {
    if (lease.delivery > queue.maxDeliveries) {
      const tries = lease.delivery - 1;
      const metadata = { deliveries: String(tries) };
      return await giveUp(
        new ServiceError("wrongState", "JOB_POISONED", `given up: ${tries} workers died at it`, metadata),
      );
    }
    const failure = await context
      .with(contextFromHeaders(lease.traceHeaders), () =>
        withSpan(`job ${name}`, { attributes, kind: SpanKind.CONSUMER }, async () => {
          await handler(job, { signal: AbortSignal.any([signal, lost.signal]) });
        }),
      )
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    if (lost.signal.aborted) return;
    if (!failure) {
      failures.delete(lease.id);
      return await settle(lease.complete());
    }
    if (signal.aborted) return await settle(lease.release());
    const { error } = failure;
    logger.error({ err: error, queue: name, job: lease.id, delivery: lease.delivery }, "a job failed");
    const failed = (failures.get(lease.id) ?? 0) + 1;
    failures.set(lease.id, failed);
    if (failed >= MAX_FAILURES || lease.delivery >= queue.maxDeliveries) {
      failures.delete(lease.id);
      await giveUp(error);
    } else {
      await settle(lease.release({ delayMs: RETRY_BASE_MS * 2 ** failed }));
    }
  } finally {
    clearInterval(heartbeat);
  }
}
