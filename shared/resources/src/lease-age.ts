import { observe } from "@climb/runtime";

interface Held {
  queue: string;
  sinceMs: number;
}

const held = new Set<Held>();
/** Queues that leases were had of: a series that is not told of would keep its last value. */
const queues = new Set<string>();
let observed = false;

/** Measures how long this process has had its oldest lease of a queue; 0 without any. @returns what to call when the lease is over */
export function holdingLease(queue: string): () => void {
  if (!observed) {
    observed = true;
    observe("leaseAge", (result) => {
      const nowMs = performance.now();
      const oldest = new Map([...queues].map((name) => [name, nowMs]));
      for (const lease of held) oldest.set(lease.queue, Math.min(oldest.get(lease.queue) ?? nowMs, lease.sinceMs));
      for (const [name, sinceMs] of oldest) result.observe((nowMs - sinceMs) / 1000, { "climb.job.queue": name });
    });
  }
  const lease = { queue, sinceMs: performance.now() };
  held.add(lease);
  queues.add(queue);
  return () => void held.delete(lease);
}
