import { type Failure, JobState, type JobStatus, type Progress } from "@climb/proto/common/v1/job";
import { isFinal } from "@climb/resources";
import { ServiceError } from "@climb/runtime";

/**
 * Follows a resource of another service to its last state and returns it SUCCEEDED. A stream that breaks is the
 * caller's to follow anew: what is watched shows the present first.
 * @param part the work, for the message of a failure
 * @throws ServiceError wrongState with the resource's failure; unavailable if the service went away
 */
export async function untilFinished<M, T extends { status?: JobStatus | undefined }>(
  part: string,
  messages: AsyncIterable<M>,
  of: (message: M) => T | undefined,
  report: (progress: Progress) => void,
): Promise<T> {
  for await (const message of messages) {
    const resource = of(message);
    const { status } = resource ?? {};
    if (status?.progress) report(status.progress);
    if (!resource || !isFinal(status)) continue;
    if (status?.state === JobState.JOB_STATE_SUCCEEDED) return resource;
    throw partFailed(part, status?.failure);
  }
  throw new ServiceError("unavailable", "PEER_UNREACHABLE", `${part}: the service ended the watch`);
}

/** A part of the work ended without a result; the search cannot go on. */
export function partFailed(part: string, failure: Failure | undefined): ServiceError {
  const message = `${part}: ${failure?.message || "no reason was given"}`;
  return new ServiceError("wrongState", failure?.reason ?? "", message, failure?.metadata);
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
