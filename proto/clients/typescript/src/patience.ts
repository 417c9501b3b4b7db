import pRetry from "p-retry";
import { isUnavailable } from "./errors.js";

/** For how long what is away is waited for. */
export interface Patience {
  /** Milliseconds from the first failure on; ten minutes, unless given. */
  patienceMs?: number;
  /** Ends all waiting, and the calls under way. */
  signal?: AbortSignal;
  /** Told when waiting begins, and then once a minute, for what. */
  onWait?(line: string): void;
}

const DEFAULT_PATIENCE_MS = 600_000;
const [SHORTEST_WAIT_MS, LONGEST_WAIT_MS] = [200, 10_000];
const SAY_EVERY_MS = 60_000;
/** Who has worked for so long before it failed was not waiting: an outage begins anew. */
const WORKED_MS = 60_000;

/**
 * Does work, and again while the suite is away, with growing pauses, for as long as patience lasts.
 * @throws what the work threw last, or the signal's reason
 */
export async function patiently<T>(
  what: string,
  { patienceMs = DEFAULT_PATIENCE_MS, signal, onWait }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  let saidMs = Number.NEGATIVE_INFINITY;
  let outageMs = performance.now();
  let done: { result: T } | undefined;
  const attempt = async () => {
    const begunMs = performance.now();
    try {
      done = { result: await work() };
    } catch (error) {
      if (performance.now() - begunMs > WORKED_MS) outageMs = performance.now();
      // The library takes a TypeError for a bug and anything thrown that is no Error for another.
      throw error instanceof Error ? error : new Error(String(error));
    }
  };
  const retried = pRetry(attempt, {
    retries: Number.POSITIVE_INFINITY,
    factor: 2,
    minTimeout: SHORTEST_WAIT_MS,
    maxTimeout: LONGEST_WAIT_MS,
    signal,
    shouldRetry: ({ error }) => isUnavailable(error) && !signal?.aborted && performance.now() - outageMs < patienceMs,
    onFailedAttempt: ({ error }) => {
      const nowMs = performance.now();
      if (!isUnavailable(error) || nowMs - saidMs < SAY_EVERY_MS) return;
      saidMs = nowMs;
      onWait?.(`waiting: ${what}: ${error.message}`);
    },
  });
  try {
    await retried;
  } catch (error) {
    // The library forgets work that was done when its signal fires.
    if (!done) throw error;
  }
  return (done as { result: T }).result;
}

/** One signal for both; undefined for none. */
export function eitherSignal(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a && b ? AbortSignal.any([a, b]) : (a ?? b);
}
