import { JobState, type JobStatus } from "@climb/proto/common/v1/job";
import { isFinal, ServiceError } from "@climb/runtime";
import { PartFailed } from "./context.js";

/** One message of a Watch stream. */
export interface Snapshot<T> {
  sequence: bigint;
  resource: T;
}

/**
 * Follows a resource of another service to its last state and returns it SUCCEEDED. A broken stream is resumed after
 * the last sequence seen, for as long as the signal allows: a service that restarts costs seconds, not the search.
 * @throws PartFailed if it ends FAILED or CANCELLED
 */
export async function untilFinished<T extends { status: JobStatus | undefined }>(
  part: string,
  watch: (afterSequence: bigint) => AsyncIterable<Snapshot<T>>,
  signal: AbortSignal,
): Promise<T> {
  let seen = 0n;
  for (;;) {
    signal.throwIfAborted();
    try {
      for await (const { sequence, resource } of watch(seen)) {
        seen = sequence;
        if (!isFinal(resource.status)) continue;
        if (resource.status?.state === JobState.JOB_STATE_SUCCEEDED) return resource;
        throw new PartFailed(part, resource.status?.failure);
      }
    } catch (error) {
      if (!(error instanceof ServiceError && error.kind === "unavailable")) throw error;
    }
    await pause(500, signal);
  }
}

/** Resolves after `ms`, or at once when the signal fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
