import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { FLAG } from "./native-code.js";
import type { MeasuredPart, TaskCall } from "./worker-tasks.js";

/** So long a pool that closes waits for native code to come back. */
const CLOSE_MS = 8000;
/** How often a thread is looked at that is to be ended. */
export const LOOK_MS = 20;

/** A task that waits or runs. */
export interface Pending {
  call: TaskCall;
  transfer: ArrayBuffer[];
  /** Both run in the context of whoever asked for the task, not of whoever started the thread. */
  onProgress?: (progress: never) => unknown;
  onMeasured: (part: MeasuredPart) => void;
  /** Begins the time that a thread computes for it; what it returns ends that. */
  began: () => () => void;
  idle?: () => void;
  /** Settles the caller's promise, once. */
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A thread of a pool. */
export interface Thread {
  worker: Worker;
  flags: Int32Array;
  current?: Pending;
  /** Was told to end, so it gets no further task, even if it still answers the last one. */
  ending: boolean;
}

/** Whether a thread is in native code, which must come back before the thread can be ended. */
export function inNative({ flags }: Thread): boolean {
  return Atomics.load(flags, FLAG.native) > 0;
}

/** Ends a thread once it is in no native code, or has been in it for too long. */
export async function endWhenSafe(thread: Thread): Promise<void> {
  Atomics.store(thread.flags, FLAG.aborted, 1);
  const until = performance.now() + CLOSE_MS;
  while (inNative(thread) && performance.now() < until) await sleep(LOOK_MS);
  thread.ending = true;
  await thread.worker.terminate();
}
