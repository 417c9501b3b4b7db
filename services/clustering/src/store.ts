import { DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import { type Failure, JobState, type JobStatus, type Progress } from "@climb/proto/common/v1/job";
import { createResourceStore, type EventLog, type ResourceStore } from "@climb/runtime";

export type DomainSetStore = ResourceStore<DomainSet>;

/** The domain sets: one log of snapshots each. */
export function createDomainSetStore(log: EventLog): DomainSetStore {
  return createResourceStore({ log, prefix: "clustering/sets", codec: DomainSet });
}

/** Whether a set has reached its last state. */
export function isFinal({ status }: DomainSet): boolean {
  const state = status?.state;
  return (
    state === JobState.JOB_STATE_SUCCEEDED ||
    state === JobState.JOB_STATE_FAILED ||
    state === JobState.JOB_STATE_CANCELLED
  );
}

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

/** The set at work; a set that has ended stays as it is. */
export function running(set: DomainSet, now: Date, progress?: Progress): DomainSet {
  if (isFinal(set)) return set;
  const status = set.status ?? pending(now);
  const startTime = status.startTime ?? now;
  return { ...set, status: { ...status, state: JobState.JOB_STATE_RUNNING, startTime, progress } };
}

/** The set in its last state; one that has ended before stays as it is. */
export function ended(set: DomainSet, state: JobState, now: Date, failure?: Failure): DomainSet {
  if (isFinal(set)) return set;
  return { ...set, status: { ...(set.status ?? pending(now)), state, progress: undefined, endTime: now, failure } };
}
