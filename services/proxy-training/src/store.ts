import { Run, TargetStatisticsSet, TokenSet } from "@climb/proto/training/v1/training_service";
import { createResourceStore, type EventLog, type ResourceStore } from "@climb/runtime";

/** Everything that this service remembers. */
export interface TrainingStore {
  tokenSets: ResourceStore<TokenSet>;
  statistics: ResourceStore<TargetStatisticsSet>;
  runs: ResourceStore<Run>;
}

export function createTrainingStore(log: EventLog): TrainingStore {
  return {
    tokenSets: createResourceStore({ log, prefix: "training/token-sets", codec: TokenSet }),
    statistics: createResourceStore({ log, prefix: "training/statistics", codec: TargetStatisticsSet }),
    runs: createResourceStore({ log, prefix: "training/runs", codec: Run }),
  };
}
