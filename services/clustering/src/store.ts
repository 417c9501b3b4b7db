import { DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import type { Failure, JobState, Progress } from "@climb/proto/common/v1/job";
import { createResourceStore, type EventLog, ended, isFinal, type ResourceStore, running } from "@climb/runtime";

export type DomainSetStore = ResourceStore<DomainSet>;

/** The domain sets: one log of snapshots each. */
export function createDomainSetStore(log: EventLog): DomainSetStore {
  return createResourceStore({ log, prefix: "clustering/sets", codec: DomainSet });
}

/** The set at work; a set that has ended stays as it is. */
export function atWork(set: DomainSet, now: Date, progress?: Progress): DomainSet {
  return isFinal(set.status) ? set : { ...set, status: running(set.status, now, progress) };
}

/** The set in its last state; one that has ended before stays as it is. */
export function inLastState(set: DomainSet, state: JobState, now: Date, failure?: Failure): DomainSet {
  return isFinal(set.status) ? set : { ...set, status: ended(set.status, state, now, failure) };
}
