import type { Platform } from "@climb/ports";
import { PredictorFinished } from "@climb/proto/predictor/v1/predictor_events";
import { type CreatePredictorRequest, Predictor, PredictorSpec } from "@climb/proto/predictor/v1/predictor_service";
import { defineResource, pending } from "@climb/resources";
import type { WorkerPool } from "@climb/runtime";
import { fit } from "../steps/fit.js";
import type { Tasks } from "../tasks/worker.js";
import { predictorId } from "./convert.js";
import { specFaults } from "./validate.js";

/** Predictors: what is fitted to the results of runs. */
export function definePredictor(platform: Platform, pool: WorkerPool<Tasks>) {
  return defineResource(platform, {
    kind: "predictor",
    message: Predictor,
    names: { one: "Predictor", many: "Predictors" },
    async check({ spec }: Pick<CreatePredictorRequest, "spec">) {
      const given = PredictorSpec.fromPartial(spec ?? {});
      const faults = specFaults(given);
      return faults.length > 0 ? { faults } : { faults, wanted: newPredictor(given) };
    },
    concurrency: 2,
    make: (predictor, context) => fit({ platform, pool }, predictor, context),
    event: (predictorId, state) => ({
      subject: "predictor.predictor_finished",
      payload: PredictorFinished.encode({ predictorId, state }).finish(),
    }),
  });
}

function newPredictor(spec: PredictorSpec): Predictor {
  return Predictor.fromPartial({ id: predictorId(spec), spec, status: pending(new Date()) });
}
