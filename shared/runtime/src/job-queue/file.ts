import { type FileHandle, mkdir, open, readFile, rename, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { type OnDiskFull, ServiceError, systemCode, writeError } from "../errors.js";
import { frame, unframe } from "../event-log/frames.js";
import type { DeadLetter, JobQueue, Lease } from "../ports.js";
import { traceHeaders } from "../telemetry/context.js";

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
  const dead: DeadLetter[] = [];
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
        dead.push({ id: job.id, payload: job.payload, deliveries: job.deliveries, reason: entry.reason });
      }
    }
  };
  const journal = await openJournal(file, apply, () => compacted(jobs, dead), onDiskFull);
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
    return {
      id: job.id,
      payload: job.payload,
      delivery: job.deliveries,
      traceHeaders: job.traceHeaders,
      async extend() {
        held();
        job.waitUntil = performance.now() + leaseMs;
      },
      async complete() {
        held();
        await record({ type: "completed", id: job.id });
      },
      async release({ delayMs = 0 } = {}) {
        held();
        job.lease++;
        job.waitUntil = performance.now() + delayMs;
        // To the end of the line: a job that keeps coming back must not keep the others waiting.
        jobs.delete(job.id);
        jobs.set(job.id, job);
        wake();
      },
      async bury(reason) {
        held();
        await record({ type: "buried", id: job.id, reason });
      },
    };
  };

  return {
    leaseMs,
    maxDeliveries,
    async enqueue({ id, payload }) {
      if (jobs.has(id)) return;
      const text = Buffer.from(payload).toString("base64");
      await record({ type: "enqueued", id, payload: text, traceHeaders: traceHeaders() });
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
      return [...dead];
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
  await mkdir(dirname(file), { recursive: true });
  try {
    const content = await readFile(file);
    const { records, end } = unframe(content);
    if (end < content.length) await truncate(file, end);
    for (const record of records) apply(JSON.parse(Buffer.from(record).toString("utf8")) as Entry);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  const fresh = `${file}.new`;
  const writing = await open(fresh, "w");
  await writing.writeFile(Buffer.concat(current().map(encode)));
  await writing.sync();
  await writing.close();
  await rename(fresh, file);

  const handle: FileHandle = await open(file, "a");
  let queue: Promise<unknown> = Promise.resolve();
  return {
    append(entry: Entry): Promise<void> {
      const next = queue.then(async () => {
        try {
          await handle.appendFile(encode(entry));
          await handle.datasync();
        } catch (error) {
          throw writeError(error, file, onDiskFull);
        }
      });
      queue = next.catch(() => {});
      return next;
    },
    async close() {
      await queue;
      await handle.close();
    },
  };
}

function encode(entry: Entry): Buffer {
  return frame(Buffer.from(JSON.stringify(entry), "utf8"));
}
