import { type Failure, JobState, type JobStatus, type Progress } from "@climb/proto/common/v1/job";
import { ServiceError } from "./errors.js";

/** Ended, well or not. */
export function isFinal(status: JobStatus | undefined): boolean {
  return status?.state === JobState.JOB_STATE_SUCCEEDED || isLost(status);
}

/** Ended without a result: asking for the same thing again begins it again. */
export function isLost(status: JobStatus | undefined): boolean {
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
  };
}

/** At work; the first start stays. */
export function running(before: JobStatus | undefined, now: Date, progress?: Progress): JobStatus {
  const status = before ?? pending(now);
  return { ...status, state: JobState.JOB_STATE_RUNNING, startTime: status.startTime ?? now, progress };
}

/** Ended in one of the three last states. */
export function ended(before: JobStatus | undefined, state: JobState, now: Date, failure?: Failure): JobStatus {
  return { ...(before ?? pending(now)), state, progress: undefined, endTime: now, failure };
}

/** What callers hear of an error that ended a job. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ServiceError) return { reason: error.reason, message: error.message, metadata: error.metadata };
  return { reason: "", message: error instanceof Error ? error.message : String(error), metadata: {} };
}
