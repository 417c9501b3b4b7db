import type { Platform } from "@climb/ports";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { createWorkerPool, implement, type RpcService, workerUrl } from "@climb/runtime";
import { type PredictorConfig, workerCount } from "./config.js";
import { evaluateCalls } from "./rpc/evaluate.js";
import { examineCalls } from "./rpc/examine.js";
import { definePredictor } from "./rpc/predictor.js";
import { proposeCalls } from "./rpc/propose.js";
import type { Tasks } from "./tasks/worker.js";

export { type PredictorConfig, predictorConfig } from "./config.js";

/** Starts the service on a platform: fits run in worker threads from here on, calls are answered once it is served. */
export async function startPredictorService(
  platform: Platform,
  config: Pick<PredictorConfig, "CLIMB_WORKERS">,
): Promise<RpcService[]> {
  const pool = createWorkerPool<Tasks>({
    url: workerUrl(import.meta.url, "./tasks/worker.js"),
    size: workerCount(config),
  });
  platform.lifecycle.onClose("predictor threads", () => pool.close());
  const predictors = definePredictor(platform, pool);
  const work = predictors.work();
  platform.lifecycle.onClose("predictor jobs", () => work);
  const context = { platform, predictors: predictors.store, pool };
  return [
    implement(PredictorServiceDefinition, {
      validatePredictor: predictors.validate,
      createPredictor: predictors.create,
      ...predictors.calls,
      ...evaluateCalls(context),
      ...proposeCalls(context),
      ...examineCalls(context),
    }),
  ];
}
