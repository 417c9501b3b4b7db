import { DomainSet, DuplicateReport } from "@climb/proto/clustering/v1/clustering_service";
import { createResourceStore, type EventLog, type ResourceStore } from "@climb/runtime";

/** Everything that this service remembers. */
export interface ClusteringStore {
  sets: ResourceStore<DomainSet>;
  duplicateReports: ResourceStore<DuplicateReport>;
}

export function createClusteringStore(log: EventLog): ClusteringStore {
  return {
    sets: createResourceStore({ log, prefix: "clustering/sets", codec: DomainSet }),
    duplicateReports: createResourceStore({ log, prefix: "clustering/duplicate-reports", codec: DuplicateReport }),
  };
}
