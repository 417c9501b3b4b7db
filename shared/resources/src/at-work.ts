/** A job in the hands of this process. */
export interface HeldJob {
  queue: string;
  id: string;
  payload: Uint8Array;
  /** 1 for the first. */
  delivery: number;
  /** Since when (performance.now()). */
  sinceMs: number;
}

const held = new Set<HeldJob>();
const queues = new Map<string, number>();

/** Remembers that this process holds a job. @returns what to call when it does not any more */
export function holdJob(job: Omit<HeldJob, "sinceMs">): () => void {
  const mine = { ...job, sinceMs: performance.now() };
  held.add(mine);
  return () => void held.delete(mine);
}

/** Remembers that this process works through a queue. @returns what to call when it does not any more */
export function takeQueue(queue: string, atOnce: number): () => void {
  const add = (more: number) => {
    const now = (queues.get(queue) ?? 0) + more;
    if (now > 0) queues.set(queue, now);
    else queues.delete(queue);
  };
  add(atOnce);
  return () => add(-atOnce);
}

/** The jobs that this process holds, the oldest first. */
export function heldJobs(): HeldJob[] {
  return [...held].sort((a, b) => a.sinceMs - b.sinceMs);
}

/** The queues that this process works through, by name, with the jobs at once. */
export function takenQueues(): ReadonlyMap<string, number> {
  return new Map([...queues].sort());
}
