import { ServiceError, traceHeaders } from "@climb/runtime";
import type { EmbeddedDatabase } from "../database/database.js";
import { embeddedDeadLetters } from "./embedded-dead.js";
import { checkJobId } from "./ids.js";
import type { JobQueue, Lease, NewJob, QueueOptions } from "./port.js";

interface Row {
  seq: number;
  id: string;
  payload: Uint8Array;
  headers: string;
  deliveries: number;
  failures: number;
}

/** A queue of the embedded database. */
export interface EmbeddedJobQueue extends JobQueue {
  /** Jobs that are leased, or wait for another try. */
  inHand(): number;
}

/** A job that was looked at: in the hands of a worker, or not to be delivered before a time. */
interface Held {
  seq: number;
  /** Leased until then, or delayed until then (performance.now()). */
  untilMs: number;
  /** Number of the lease; an older one is lost. */
  lease: number;
}

const NEXT =
  "SELECT seq, id, payload, headers, deliveries, failures FROM jobs WHERE queue = ? AND seq > ? ORDER BY seq LIMIT 1";
const ONE = "SELECT seq, id, payload, headers, deliveries, failures FROM jobs WHERE seq = ?";

/**
 * A job queue in the embedded database. Jobs, deliveries, failures and ends are on the disk before they count; leases
 * and delays are in memory only, because a process that died has none.
 */
export function openEmbeddedJobQueue(
  database: EmbeddedDatabase,
  queue: string,
  options: QueueOptions = {},
): EmbeddedJobQueue {
  const { sql, write } = database;
  const { leaseMs = 30_000, maxDeliveries = 4 } = options;
  const held = new Map<string, Held>();
  const waiters = new Set<() => void>();
  /** Every job up to here was looked at: it is held, or over. */
  let seen = 0;
  let leases = 0;
  const wake = () => {
    for (const waiter of [...waiters]) waiter();
  };

  /** The next job that may be had, in order: one whose time has come, or one that nobody has looked at. */
  const next = (nowMs: number): Row | undefined => {
    let due: { seq: number } | undefined;
    for (const job of held.values()) if (job.untilMs <= nowMs && !(due && due.seq < job.seq)) due = job;
    let row = sql.get<Row>(NEXT, queue, seen);
    // One that was released stands at the end of the line, and may be delayed.
    for (; row && held.has(row.id); row = sql.get<Row>(NEXT, queue, seen)) seen = row.seq;
    if (due && !(row && row.seq < due.seq)) return sql.get<Row>(ONE, due.seq);
    if (row) seen = row.seq;
    return row;
  };
  const take = async (): Promise<Lease | undefined> => {
    const row = next(performance.now());
    if (!row) return undefined;
    const mine = { seq: row.seq, untilMs: performance.now() + leaseMs, lease: ++leases };
    held.set(row.id, mine);
    try {
      await write((at) => at.run("UPDATE jobs SET deliveries = deliveries + 1 WHERE seq = ?", row.seq));
    } catch (error) {
      mine.untilMs = performance.now();
      throw error;
    }
    return leaseOf(row, mine);
  };
  const leaseOf = (row: Row, mine: Held): Lease => {
    const { id } = row;
    const check = () => {
      if (held.get(id) === mine && mine.untilMs > performance.now()) return;
      throw new ServiceError("wrongState", "LEASE_LOST", `the lease of job ${id} ran out`, { job: id });
    };
    /** Writes down what becomes of the job. Nobody else may lease it meanwhile, however slow the disk is. */
    const settle = async <T>(work: Parameters<typeof write<T>>[0]): Promise<T> => {
      check();
      mine.untilMs = Number.POSITIVE_INFINITY;
      try {
        return await write(work);
      } catch (error) {
        mine.untilMs = performance.now() + leaseMs;
        throw error;
      }
    };
    return {
      id,
      payload: new Uint8Array(row.payload),
      delivery: row.deliveries + 1,
      failures: row.failures,
      traceHeaders: JSON.parse(row.headers) as Record<string, string>,
      async extend() {
        check();
        mine.untilMs = performance.now() + leaseMs;
      },
      async complete() {
        await settle((at) => at.run("DELETE FROM jobs WHERE seq = ?", mine.seq));
        held.delete(id);
      },
      async release({ delayMs = 0, failed = false } = {}) {
        // To the end of the line: a job that keeps coming back must not keep the others waiting.
        const seq = await settle((at) => {
          const { last } = at.get<{ last: number }>("SELECT seq AS last FROM sqlite_sequence WHERE name = 'jobs'") ?? {
            last: 0,
          };
          at.run("UPDATE jobs SET seq = ?, failures = failures + ? WHERE seq = ?", last + 1, failed ? 1 : 0, mine.seq);
          at.run("UPDATE sqlite_sequence SET seq = ? WHERE name = 'jobs'", last + 1);
          return last + 1;
        });
        held.set(id, { seq, untilMs: performance.now() + delayMs, lease: 0 });
        wake();
      },
      async bury(reason) {
        await settle((at) => {
          at.run(
            "INSERT OR REPLACE INTO dead (queue, id, payload, deliveries, reason, time) VALUES (?, ?, ?, ?, ?, ?)",
            queue,
            id,
            Buffer.from(row.payload),
            row.deliveries + 1,
            reason,
            Date.now(),
          );
          at.run("DELETE FROM jobs WHERE seq = ?", mine.seq);
        });
        held.delete(id);
      },
    };
  };

  return {
    leaseMs,
    maxDeliveries,
    async enqueue(given) {
      const jobs = Array.isArray(given) ? (given as readonly NewJob[]) : [given as NewJob];
      for (const { id } of jobs) checkJobId(id);
      const headers = JSON.stringify(traceHeaders());
      await write((at) => {
        for (const { id, payload } of jobs) {
          at.run(
            "INSERT INTO jobs (queue, id, payload, headers, time) VALUES (?, ?, ?, ?, ?) ON CONFLICT (queue, id) DO NOTHING",
            queue,
            id,
            Buffer.from(payload),
            headers,
            Date.now(),
          );
        }
      });
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
        let due = until;
        for (const job of held.values()) due = Math.min(due, job.untilMs);
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
    ...embeddedDeadLetters(database, queue),
    inHand() {
      const nowMs = performance.now();
      return [...held.values()].filter(({ untilMs }) => untilMs > nowMs).length;
    },
    async depth() {
      return sql.get<{ jobs: number }>("SELECT count(*) AS jobs FROM jobs WHERE queue = ?", queue)?.jobs ?? 0;
    },
  };
}
