import type { Platform } from "@climb/ports";
import { isUnavailable } from "@climb/runtime";
import pRetry from "p-retry";

const [SHORTEST_WAIT_MS, LONGEST_WAIT_MS] = [200, 10_000];
const SAY_EVERY_MS = 60_000;
/** Who has worked for so long before it failed was not waiting: an outage begins anew. */
const WORKED_MS = 60_000;

/**
 * Does work, and again while something outside is unavailable, for as long as the operator's patience lasts; says once
 * a minute what is waited for. @throws what the work threw last, or the signal's reason
 */
export async function patiently<T>(
  { logger, patienceMs }: Pick<Platform, "logger" | "patienceMs">,
  what: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let saidMs = Number.NEGATIVE_INFINITY;
  let outageMs = performance.now();
  let done: { result: T } | undefined;
  const retried = pRetry(
    async () => {
      const begunMs = performance.now();
      try {
        done = { result: await work() };
      } catch (error) {
        if (performance.now() - begunMs > WORKED_MS) outageMs = performance.now();
        // The library takes a TypeError for a bug and anything thrown that is no Error for another.
        throw error instanceof Error ? error : new Error(String(error));
      }
    },
    {
      retries: Number.POSITIVE_INFINITY,
      factor: 2,
      minTimeout: SHORTEST_WAIT_MS,
      maxTimeout: LONGEST_WAIT_MS,
      signal,
      shouldRetry: ({ error }) => isUnavailable(error) && !signal.aborted && performance.now() - outageMs < patienceMs,
      onFailedAttempt: ({ error }) => {
        const nowMs = performance.now();
        if (!isUnavailable(error) || nowMs - saidMs < SAY_EVERY_MS) return;
        saidMs = nowMs;
        const waitedS = Math.round((nowMs - outageMs) / 1000);
        logger.warn({ what, reason: error.reason, waitedS }, `waiting: ${error.message}`);
      },
    },
  );
  try {
    await retried;
  } catch (error) {
    // The library forgets work that was done when its signal fires.
    if (!done) throw error;
  }
  return (done as { result: T }).result;
}
