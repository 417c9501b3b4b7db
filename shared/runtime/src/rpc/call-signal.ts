import type { EventEmitter } from "node:events";
import { type Deadline, status } from "@grpc/grpc-js";
import { CallEndedError } from "./status.js";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * One signal for everything that ends a call early: the caller's cancel or hang-up, its deadline, the server's end.
 * `settled` must be called when the call is over: the server's signal outlives every call and must not keep them.
 */
export function callSignal(
  call: EventEmitter & { getDeadline(): Deadline },
  serverSignal: AbortSignal,
): { signal: AbortSignal; settled(): void } {
  const ended = new AbortController();
  const onCancelled = () => ended.abort(new CallEndedError(status.CANCELLED));
  const onServerEnd = () => ended.abort(serverSignal.reason);
  const leftMs = Number(call.getDeadline()) - Date.now();
  const timer = Number.isFinite(leftMs)
    ? setTimeout(
        () => ended.abort(new CallEndedError(status.DEADLINE_EXCEEDED)),
        Math.max(0, Math.min(leftMs, LONGEST_TIMER_MS)),
      )
    : undefined;
  call.once("cancelled", onCancelled);
  serverSignal.addEventListener("abort", onServerEnd, { once: true });
  if (serverSignal.aborted) onServerEnd();
  return {
    signal: ended.signal,
    settled() {
      clearTimeout(timer);
      call.off("cancelled", onCancelled);
      serverSignal.removeEventListener("abort", onServerEnd);
    },
  };
}
