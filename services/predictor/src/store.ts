import { JobState } from "@climb/proto/common/v1/job";
import { PredictorFinished } from "@climb/proto/predictor/v1/predictor_events";
import { Predictor } from "@climb/proto/predictor/v1/predictor_service";
import { createResourceStore, endEventId, type Platform, type ResourceStore } from "@climb/runtime";

/** The service's resources, queue and event. */
export interface PredictorStore {
  predictors: ResourceStore<Predictor>;
  /** Queues the fit; a fit that waits or runs is not queued twice. */
  enqueue(id: string): Promise<void>;
  /** Tells the world that a fit has reached its last state. */
  announce(predictor: Predictor): Promise<void>;
  /** Stores a file of a predictor. */
  putFile(id: string, name: "model.json" | "model.onnx", content: Uint8Array): ReturnType<Platform["artifacts"]["put"]>;
}

export function createPredictorStore(platform: Platform): PredictorStore {
  return {
    predictors: createResourceStore({ log: platform.logs, prefix: "predictor/predictors", codec: Predictor }),
    enqueue: (id) => platform.queue("predictor").enqueue({ id, payload: Buffer.from(id, "utf8") }),
    announce: (predictor) => {
      const state = stateOf(predictor);
      return platform.events.publish({
        subject: "predictor.predictor_finished",
        id: endEventId(predictor.id, predictor.status),
        payload: PredictorFinished.encode({ predictorId: predictor.id, state }).finish(),
      });
    },
    putFile: (id, name, content) => platform.artifacts.put(`predictor/${id}/${name}`, content),
  };
}

export function stateOf(predictor: Predictor): JobState {
  return predictor.status?.state ?? JobState.JOB_STATE_UNSPECIFIED;
}
