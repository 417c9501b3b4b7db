import type { Platform, RpcService } from "@climb/runtime";
import { type PredictorConfig, workerCount } from "./config.js";
import { runPredictorJobs } from "./jobs.js";
import { createPredictorPool } from "./pool.js";
import { createPredictorRpc } from "./rpc.js";
import { createPredictorStore } from "./store.js";

export * from "./benchmark/index.js";
export { type PredictorConfig, predictorConfig } from "./config.js";

// For benchmarks and tests of the whole suite: the pieces without the service around them.
export {
  assemble,
  type BatchPrediction,
  type FitPlan,
  fitPlanTarget,
  fitPredictor,
  type Prediction,
  type Predictor,
  predictBatch,
  predictObjective,
} from "./core/ensemble.js";
export { type DomainEffect, explain } from "./core/explain.js";
export { bigramFeature, joinFeatures, type TargetStatistics, unigramFeature } from "./core/features/bigram.js";
export { type FeatureSource, noFeatures } from "./core/features/source.js";
export { allModels, type ModelName } from "./core/models.js";
export { type ConstraintInput, type Feasible, feasibleSet, InfeasibleError } from "./core/propose/constraints.js";
export { type Acquisition, type ProposalRequest, propose } from "./core/propose/propose.js";
export { type DistinctRows, distinctRows, type ResultRow } from "./core/rows.js";

/** Starts the service on a platform: fits run in worker threads from here on, calls are answered once it is served. */
export async function startPredictorService(
  platform: Platform,
  config: Pick<PredictorConfig, "CLIMB_WORKERS">,
): Promise<RpcService[]> {
  const now = () => new Date();
  const pool = createPredictorPool(workerCount(config));
  platform.lifecycle.onClose("predictor threads", () => pool.close());
  const store = createPredictorStore(platform.logs);
  const jobs = runPredictorJobs(platform, store, pool, now);
  platform.lifecycle.onClose("predictor jobs", () => jobs);
  return [createPredictorRpc(platform, store, pool, now)];
}
