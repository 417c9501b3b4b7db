import { observe } from "@climb/runtime";
import { heldJobs } from "./at-work.js";

/** Queues that leases were had of: a series that is not told of would keep its last value. */
const queues = new Set<string>();
let observed = false;

/** Has the metrics tell how long this process has had its oldest lease of a queue; 0 without any. */
export function measureLeaseAge(queue: string): void {
  queues.add(queue);
  if (observed) return;
  observed = true;
  observe("leaseAge", (result) => {
    const nowMs = performance.now();
    const oldest = new Map([...queues].map((name) => [name, nowMs]));
    for (const job of heldJobs()) oldest.set(job.queue, Math.min(oldest.get(job.queue) ?? nowMs, job.sinceMs));
    for (const [name, sinceMs] of oldest) result.observe((nowMs - sinceMs) / 1000, { "climb.job.queue": name });
  });
}
