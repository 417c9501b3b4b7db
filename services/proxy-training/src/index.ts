import { availableParallelism } from "node:os";
import { createWorkerPool, type Platform, type RpcService, workerUrl } from "@climb/runtime";
import { computeWith } from "./compute.js";
import type { TrainingConfig } from "./config.js";
import { runTrainingJobs } from "./jobs.js";
import { trainingRoutes } from "./rpc.js";
import { createTrainingStore } from "./store.js";
import type { RunProgressMessage } from "./tasks/run.js";
import type { Result, Task } from "./worker.js";

export { BENCHMARK_PRESETS, benchTraining, type TrainingSpeed } from "./benchmark/index.js";
export { type TrainingConfig, trainingConfig } from "./config.js";

/** Starts proxy training: its calls, and one worker thread for each core that works through its queues. */
export async function startTrainingService(platform: Platform, config: TrainingConfig): Promise<RpcService[]> {
  const store = createTrainingStore(platform.logs);
  const now = () => new Date();
  const startPool = (name: string, size: number) => {
    const url = workerUrl(import.meta.url, "./worker.js");
    const pool = createWorkerPool<Task, Result, RunProgressMessage>({ url, size });
    platform.lifecycle.onClose(name, () => pool.close());
    return computeWith(pool);
  };
  if (config.CLIMB_ROLE !== "api") {
    const workers = config.CLIMB_WORKERS || availableParallelism();
    const compute = startPool("training workers", workers);
    const jobs = runTrainingJobs({
      platform,
      store,
      compute,
      workers,
      now,
      executionProviders: config.CLIMB_EXECUTION_PROVIDERS.split(",").map((name) => name.trim()),
      checkpointMs: config.CLIMB_CHECKPOINT_MS,
    });
    platform.lifecycle.onClose("training jobs", () => jobs);
  }
  if (config.CLIMB_ROLE === "worker") return [];
  // A thread of their own, so that callers wait for no run.
  return [trainingRoutes({ platform, store, compute: startPool("training online worker", 1), now })];
}
