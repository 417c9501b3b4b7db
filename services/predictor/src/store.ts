import { Predictor } from "@climb/proto/predictor/v1/predictor_service";
import { createResourceStore, type EventLog, type ResourceStore } from "@climb/runtime";

export type PredictorStore = ResourceStore<Predictor>;

/** The predictors. */
export function createPredictorStore(log: EventLog): PredictorStore {
  return createResourceStore({ log, prefix: "predictor/predictors", codec: Predictor });
}
