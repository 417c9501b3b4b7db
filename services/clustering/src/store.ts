import { DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import { createResourceStore, type EventLog, type ResourceStore } from "@climb/runtime";

export type DomainSetStore = ResourceStore<DomainSet>;

/** The domain sets: one log of snapshots each. */
export function createDomainSetStore(log: EventLog): DomainSetStore {
  return createResourceStore({ log, prefix: "clustering/sets", codec: DomainSet });
}
