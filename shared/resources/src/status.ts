import { type Failure, JobState, type JobStatus } from "@climb/proto/common/v1/job";
import type { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { isUnavailable, ServiceError } from "@climb/runtime";

/** A resource that takes work to make. */
export interface LongResource {
  id: string;
  status: JobStatus | undefined;
  /** What people say about it, and whose it is. */
  metadata: ResourceMetadata | undefined;
}

/** The state as people and lists call it, for example "RUNNING". */
export function nameOfState(status: JobStatus | undefined): string {
  return wordOfState(status?.state ?? JobState.JOB_STATE_UNSPECIFIED);
}

/** What people and lists call a state. */
export function wordOfState(state: JobState): string {
  return JobState[state]?.replace("JOB_STATE_", "") ?? "UNSPECIFIED";
}

/** Ended, well or not. */
export function isFinal(status: JobStatus | undefined): boolean {
  return status?.state === JobState.JOB_STATE_SUCCEEDED || isRestartable(status);
}

/** Ended without a result: asking for the same thing again begins it again. */
export function isRestartable(status: JobStatus | undefined): boolean {
  return status?.state === JobState.JOB_STATE_FAILED || status?.state === JobState.JOB_STATE_CANCELLED;
}

/** Accepted and queued. */
export function pending(now: Date): JobStatus {
  return {
    state: JobState.JOB_STATE_PENDING,
    progress: undefined,
    failure: undefined,
    createTime: now,
    startTime: undefined,
    endTime: undefined,
    traceId: "",
  };
}

/** At work; the first start stays. @param traceId what the work is done in; empty if that is not known */
export function running(before: JobStatus | undefined, now: Date, traceId: string): JobStatus {
  const status = before ?? pending(now);
  if (status.state === JobState.JOB_STATE_RUNNING) return status;
  return { ...status, state: JobState.JOB_STATE_RUNNING, startTime: status.startTime ?? now, traceId };
}

/** Ended in one of the three last states. */
export function ended(before: JobStatus | undefined, state: JobState, now: Date, failure?: Failure): JobStatus {
  return { ...(before ?? pending(now)), state, progress: undefined, endTime: now, failure };
}

/**
 * Whether trying again is of no use: what is wrong with a request, or with its numbers, stays wrong. An error that came
 * from a worker thread has lost its class, but has its name.
 */
export function isPermanent(error: unknown): boolean {
  if (error instanceof ServiceError) return !isUnavailable(error);
  return error instanceof Error && error.name === "RangeError";
}

/** What callers hear of an error that ended a job. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ServiceError) return { reason: error.reason, message: error.message, metadata: error.metadata };
  return { reason: "", message: error instanceof Error ? error.message : String(error), metadata: {} };
}
