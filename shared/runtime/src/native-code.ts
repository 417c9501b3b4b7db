import { workerData } from "node:worker_threads";

/**
 * What a pool and one of its threads tell each other without messages, by place: 1 once the task was told to stop, and how
 * many calls into native libraries are under way.
 */
export const FLAG = { aborted: 0, native: 1 } as const;
export const FLAGS_BYTES = 8;

/** The flags of this thread; undefined where no pool began it. */
export function ownFlags(): Int32Array | undefined {
  const flags = (workerData as { flags?: unknown } | null)?.flags;
  return flags instanceof Int32Array ? flags : undefined;
}

/**
 * Calls a native library. A pool does not end a thread meanwhile: what comes back from native code to a thread that is being
 * ended cannot be said, and takes the whole process with it. @throws if the task was told to stop, and what `work` throws
 */
export function inNativeCode<T>(work: () => T): T {
  const flags = ownFlags();
  if (!flags) return work();
  const leave = () => void Atomics.sub(flags, FLAG.native, 1);
  // Told first and asked then: a pool that finds nothing told has asked the task to stop before.
  Atomics.add(flags, FLAG.native, 1);
  let result: T;
  try {
    if (Atomics.load(flags, FLAG.aborted) === 1) throw new Error("the task was told to stop");
    result = work();
  } catch (error) {
    leave();
    throw error;
  }
  if (result instanceof Promise) return result.finally(leave) as T;
  leave();
  return result;
}
