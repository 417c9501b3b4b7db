import { ServiceError, traceHeaders } from "@climb/runtime";
import { AckPolicy, headers as natsHeaders, RetentionPolicy } from "nats";
import type { Broker } from "../nats/broker.js";
import { API_ERRORS, checkSize, isApiError } from "../nats/errors.js";
import { openFailures } from "../nats/failures.js";
import { SIGNS, tell } from "../nats/headers.js";
import { isHeldElsewhere } from "../nats/holders.js";
import { type Delivered, pull } from "../nats/pull.js";
import { lazyStream, nanoseconds } from "../nats/streams.js";
import { checkJobId } from "./ids.js";
import { jetStreamDeadLetters } from "./jetstream-dead.js";
import { leaseOf, type Names } from "./jetstream-lease.js";
import type { JobQueue, Lease, NewJob, QueueOptions } from "./port.js";

/** After an outage nothing is leased for so long: first those who hold leases say so. */
export const QUIET_AFTER_RECONNECT_MS = 5000;
/** So long after an outage a delivery that calls itself the first may be a second one. */
const DOUBTFUL_AFTER_RECONNECT_MS = 60_000;
const PULL_MS = 30_000;
/** The server needs a moment to look whether there is a job. */
const SHORTEST_PULL_MS = 50;
/** Jobs that are being queued at once, and their bytes. */
const WINDOW = 256;
const WINDOW_BYTES = 8 * 1024 * 1024;
/** Workers that may wait for a job at once. */
const MAX_WAITING = 16_384;

/**
 * A job queue as a JetStream work-queue stream: one subject for each job, so that a job that waits or is leased is not
 * queued twice (an append to its subject is only accepted while it is empty). Dead letters go to a stream of their own.
 */
export function openJetStreamJobQueue(broker: Broker, queue: string, options: QueueOptions = {}): JobQueue {
  const { leaseMs = 30_000, maxDeliveries = 4 } = options;
  const names = namesOf(broker, queue, leaseMs);
  const { jobs } = names;
  const failures = openFailures(broker, queue);
  const held = new Set<() => void>();
  broker.onAvailable((available) => {
    if (available) for (const reassert of held) reassert();
  });

  const enqueueOne = async ({ id, payload }: NewJob, trace: Record<string, string>) => {
    const headers = natsHeaders();
    for (const [key, value] of Object.entries(trace)) headers.set(key, value);
    headers.set("Nats-Expected-Last-Subject-Sequence", "0");
    await jobs.use(`queue job ${id} in ${queue}`, async () => {
      try {
        await broker.publish(names.jobSubject(id), payload, headers);
      } catch (error) {
        // The job waits or is leased already.
        if (!isApiError(error, API_ERRORS.wrongLastSequence)) throw error;
      }
    });
  };

  /** The lease of a job that was delivered; undefined if somebody goes on with it whom an outage kept from saying so. */
  const take = async (delivered: Delivered): Promise<Lease | undefined> => {
    const { message, delivery } = delivered;
    const id = message.subject.slice(names.jobSubject("").length);
    const { reconnectedAt } = broker;
    const doubtful = reconnectedAt > 0 && performance.now() - reconnectedAt < DOUBTFUL_AFTER_RECONNECT_MS;
    if (delivery === 1 && !doubtful)
      return leaseOf(broker, names, failures, held, { delivered, id, leaseMs, failed: 0 });
    try {
      const [isHeld, failed] = await Promise.all([
        jobs.use(`ask for job ${id}`, () => isHeldElsewhere(broker, names.heldSubject(id))),
        delivery > 1 ? failures.of(id) : 0,
      ]);
      return isHeld ? undefined : leaseOf(broker, names, failures, held, { delivered, id, leaseMs, failed });
    } catch (error) {
      tell(broker, message, SIGNS.again(0));
      throw error;
    }
  };

  const next = (expiresMs: number, signal?: AbortSignal) =>
    jobs.use(`lease a job of ${queue}`, async () => {
      const onLate = (late: Delivered["message"]) => tell(broker, late, SIGNS.again(0));
      const request = { stream: jobs.name, consumer: CONSUMER, batch: 1, expiresMs, signal, onLate };
      for await (const delivered of pull(broker, request)) {
        if (!signal?.aborted) return delivered;
        onLate(delivered.message);
      }
      return undefined;
    });

  return {
    leaseMs,
    maxDeliveries,
    async enqueue(given) {
      const list = "id" in given ? [given] : given;
      let largest = 1;
      for (const { id, payload } of list) {
        checkJobId(id);
        checkSize(`job ${id}`, payload.length, broker.maxPayload);
        largest = Math.max(largest, payload.length);
      }
      const trace = traceHeaders();
      const atOnce = Math.min(WINDOW, Math.max(1, Math.floor(WINDOW_BYTES / largest)));
      await forEach(list, atOnce, (job) => enqueueOne(job, trace));
    },
    async lease({ waitMs, signal }) {
      const until = performance.now() + waitMs;
      for (;;) {
        if (signal?.aborted) return undefined;
        const left = Math.max(0, until - performance.now());
        const quiet = broker.reconnectedAt ? broker.reconnectedAt + QUIET_AFTER_RECONNECT_MS - performance.now() : 0;
        if (quiet > 0) {
          await sleep(Math.min(quiet, left), signal);
          if (left <= quiet) return undefined;
          continue;
        }
        const delivered = await next(Math.max(SHORTEST_PULL_MS, Math.min(PULL_MS, left)), signal);
        const lease = delivered && (await take(delivered));
        if (lease) return lease;
        if (!delivered && performance.now() >= until) return undefined;
      }
    },
    ...jetStreamDeadLetters(broker, names),
    depth: () =>
      jobs.use(`count the jobs of ${queue}`, async () => (await broker.manager.streams.info(jobs.name)).state.messages),
  };
}

/** Who takes jobs of a queue: one consumer for all workers. */
export const CONSUMER = "workers";

/** How the streams of a namespace's queues begin; the queue's name follows. */
export function jobStreamPrefix(namespace: string): string {
  return `${namespace.toUpperCase()}_JOBS_`;
}

/** How the streams of their dead letters begin. */
export function deadStreamPrefix(namespace: string): string {
  return `${namespace.toUpperCase()}_DEAD_`;
}

function namesOf(broker: Broker, queue: string, leaseMs: number): Names {
  if (!/^[A-Za-z0-9_-]+$/.test(queue)) {
    throw new ServiceError("invalid", "FIELD_INVALID", `"${queue}" is not a queue; expected A-Z a-z 0-9 _ -`);
  }
  const { namespace } = broker;
  const jobs = lazyStream(
    broker,
    {
      name: `${jobStreamPrefix(namespace)}${queue}`,
      subjects: [`${namespace}.jobs.${queue}.*`],
      retention: RetentionPolicy.Workqueue,
    },
    {
      durable_name: CONSUMER,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanoseconds(leaseMs),
      max_ack_pending: -1,
      max_waiting: MAX_WAITING,
    },
  );
  const dead = lazyStream(broker, {
    name: `${deadStreamPrefix(namespace)}${queue}`,
    subjects: [`${namespace}.dead.${queue}.*`],
    max_msgs_per_subject: 1,
    allow_direct: true,
  });
  return {
    queue,
    jobs,
    dead,
    jobSubject: (id) => `${namespace}.jobs.${queue}.${id}`,
    deadSubject: (id) => `${namespace}.dead.${queue}.${id}`,
    heldSubject: (id) => `${namespace}.held.${queue}.${id}`,
  };
}

async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const workOn = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, workOn));
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
