import type { Platform, RpcService } from "@climb/runtime";
import { type PredictorConfig, workerCount } from "./config.js";
import { runPredictorJobs } from "./jobs.js";
import { createPredictorPool } from "./pool.js";
import { createPredictorRpc } from "./rpc.js";
import { createPredictorStore } from "./store.js";

export { type PredictorConfig, predictorConfig } from "./config.js";

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
