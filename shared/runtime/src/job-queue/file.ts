import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, openAppendFile, syncFolder } from "../durable-file.js";
import { type OnDiskFull, ServiceError, systemCode, writeError } from "../errors.js";
import { frame, unframe } from "../event-log/frames.js";
import type { DeadLetter, JobQueue, Lease } from "../ports.js";
import { traceHeaders } from "../telemetry/context.js";
import { checkJobId } from "./ids.js";

type Entry =
  | { type: "enqueued"; id: string; payload: string; traceHeaders: Record<string, string> }
  | { type: "delivered"; id: string }
  | { type: "completed"; id: string }
  | { type: "buried"; id: string; reason: string };

interface Job {
  id: string;
  payload: Uint8Array;
  traceHeaders: Record<string, string>;
  deliveries: number;
  /** Leased until then, or not to be delivered before then (performance.now()). */
  waitUntil: number;
  /** Number of the current lease; an older lease is lost. */
  lease: number;
}

export interface QueueOptions {
  leaseMs?: number;
  maxDeliveries?: number;
  onDiskFull?: OnDiskFull;
}

/**
 * A job queue in a journal file, for one process. Jobs, deliveries and ends are written before they count; leases are
 * in memory only, because a process that died has none.
 */
export async function openFileJobQueue(
  file: string,
  options: QueueOptions = {},
): Promise<JobQueue & { close(): Promise<void> }> {
  const { leaseMs = 30_000, maxDeliveries = 4, onDiskFull } = options;
  const jobs = new Map<string, Job>();
  const dead = new Map<string, DeadLetter>();
  /** Jobs that are being written, by id. */
  const arriving = new Map<string, Promise<void>>();
  const waiters = new Set<() => void>();

  const apply = (entry: Entry) => {
    const job = jobs.get(entry.id);
    if (entry.type === "enqueued") {
      const payload = new Uint8Array(Buffer.from(entry.payload, "base64"));
      jobs.set(entry.id, {
        id: entry.id,
        payload,
        traceHeaders: entry.traceHeaders,
        deliveries: 0,
        waitUntil: 0,
        lease: 0,
      });
    } else if (entry.type === "delivered") {
      if (job) job.deliveries++;
    } else {
      jobs.delete(entry.id);
      if (entry.type === "buried" && job) {
        dead.set(job.id, { id: job.id, payload: job.payload, deliveries: job.deliveries, reason: entry.reason });
      }
    }
  };
  const journal = await openJournal(file, apply, () => compacted(jobs, [...dead.values()]), onDiskFull);
  const record = async (entry: Entry) => {
    await journal.append(entry);
    apply(entry);
  };
  const wake = () => {
    for (const waiter of [...waiters]) waiter();
  };

  const take = async (): Promise<Lease | undefined> => {
    const now = performance.now();
    for (const job of jobs.values()) {
      if (job.waitUntil > now) continue;
      job.waitUntil = now + leaseMs;
      const lease = ++job.lease;
      await record({ type: "delivered", id: job.id });
      return leaseOf(job, lease);
    }
    return undefined;
  };
  const leaseOf = (job: Job, number: number): Lease => {
    const held = () => {
      if (jobs.get(job.id) === job && job.lease === number && job.waitUntil > performance.now()) return;
      throw new ServiceError("wrongState", "LEASE_LOST", `the lease of job ${job.id} ran out`, { job: job.id });
    };
    /** Writes down that the job is over. Nobody else may lease it meanwhile, however slow the disk is. */
    const end = async (entry: Entry) => {
      held();
      job.waitUntil = Number.POSITIVE_INFINITY;
      try {
        await record(entry);
      } catch (error) {
        job.waitUntil = performance.now() + leaseMs;
        throw error;
      }
    };
    return {
      id: job.id,
      payload: job.payload,
      delivery: job.deliveries,
      traceHeaders: job.traceHeaders,
      async extend() {
        held();
        job.waitUntil = performance.now() + leaseMs;
      },
      complete: () => end({ type: "completed", id: job.id }),
      async release({ delayMs = 0 } = {}) {
        held();
        job.lease++;
        job.waitUntil = performance.now() + delayMs;
        // To the end of the line: a job that keeps coming back must not keep the others waiting.
        jobs.delete(job.id);
        jobs.set(job.id, job);
        wake();
      },
      bury: (reason) => end({ type: "buried", id: job.id, reason }),
    };
  };

  return {
    leaseMs,
    maxDeliveries,
    async enqueue({ id, payload }) {
      checkJobId(id);
      const known = arriving.get(id);
      if (known) return known;
      if (jobs.has(id)) return;
      const text = Buffer.from(payload).toString("base64");
      const arrival = record({ type: "enqueued", id, payload: text, traceHeaders: traceHeaders() });
      arriving.set(id, arrival);
      await arrival.finally(() => arriving.delete(id));
      wake();
    },
    async lease({ waitMs, signal }) {
      const until = performance.now() + waitMs;
      for (;;) {
        if (signal?.aborted) return undefined;
        const lease = await take();
        if (lease) return lease;
        const now = performance.now();
        if (now >= until) return undefined;
        // Sleep until something may be due: a new job (wake), a lost lease, a delayed one, or the end of the wait.
        const due = Math.min(until, ...[...jobs.values()].map((job) => job.waitUntil));
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer);
            waiters.delete(done);
            signal?.removeEventListener("abort", done);
            resolve();
          };
          const timer = setTimeout(done, Math.max(1, due - now));
          waiters.add(done);
          signal?.addEventListener("abort", done);
        });
      }
    },
    async deadLetters() {
      return [...dead.values()];
    },
    close: () => journal.close(),
  };
}

/** The journal that says the same in the fewest entries. */
function compacted(jobs: Map<string, Job>, dead: DeadLetter[]): Entry[] {
  const enqueued = (id: string, payload: Uint8Array, headers: Record<string, string>): Entry => ({
    type: "enqueued",
    id,
    payload: Buffer.from(payload).toString("base64"),
    traceHeaders: headers,
  });
  const delivered = (id: string, times: number): Entry[] =>
    Array.from({ length: times }, () => ({ type: "delivered", id }));
  return [
    ...dead.flatMap(({ id, payload, deliveries, reason }) => [
      enqueued(id, payload, {}),
      ...delivered(id, deliveries),
      { type: "buried" as const, id, reason },
    ]),
    ...[...jobs.values()].flatMap((job) => [
      enqueued(job.id, job.payload, job.traceHeaders),
      ...delivered(job.id, job.deliveries),
    ]),
  ];
}

/** Replays the journal, rewrites it without what is over, and opens it for appending. */
async function openJournal(
  file: string,
  apply: (entry: Entry) => void,
  current: () => Entry[],
  onDiskFull?: OnDiskFull,
) {
  await makeFolder(dirname(file));
  try {
    const { records } = unframe(await readFile(file));
    for (const record of records) apply(JSON.parse(Buffer.from(record).toString("utf8")) as Entry);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  await replaceFile(file, Buffer.concat(current().map(encode)), onDiskFull);

  const appending = await openAppendFile(file, onDiskFull);
  let queue: Promise<unknown> = Promise.resolve();
  return {
    append(entry: Entry): Promise<void> {
      const next = queue.then(() => appending.append(encode(entry)));
      queue = next.catch(() => {});
      return next;
    },
    async close() {
      await queue;
      await appending.close();
    },
  };
}

async function replaceFile(file: string, content: Uint8Array, onDiskFull?: OnDiskFull): Promise<void> {
  const fresh = `${file}.new`;
  try {
    const handle = await open(fresh, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
    await syncFolder(dirname(file));
  } catch (error) {
    throw writeError(error, file, onDiskFull);
  }
}

function encode(entry: Entry): Buffer {
  return frame(Buffer.from(JSON.stringify(entry), "utf8"));
}
