import { availableParallelism } from "node:os";
import { createWorkerPool, type Platform, type RpcService, ServiceError, workerUrl } from "@climb/runtime";
import { type Compute, computeWith } from "./compute.js";
import type { TrainingConfig } from "./config.js";
import { runTrainingJobs } from "./jobs.js";
import { trainingRoutes } from "./rpc.js";
import { createTrainingStore } from "./store.js";
import type { CheckProviderTask } from "./tasks/check-provider.js";
import type { RunProgressMessage } from "./tasks/run.js";
import type { Result, Task } from "./worker.js";

export { type TrainingConfig, trainingConfig } from "./config.js";

/** Steps in one call where the state crosses to a device and back. */
const DEVICE_STEPS = 8;

/**
 * Starts proxy training: its calls, and one worker thread for each core that works through its queues.
 * @throws ServiceError invalid MODEL_UNKNOWN if the execution providers do not train as the CPU does
 */
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
    const executionProviders = config.CLIMB_EXECUTION_PROVIDERS;
    const onCpu = executionProviders.every((name) => name === "cpu");
    const stepsPerCall = config.CLIMB_STEPS_PER_CALL || (onCpu ? 1 : DEVICE_STEPS);
    if (!onCpu) await expectSameAsCpu(compute, { executionProviders, stepsPerCall });
    const jobs = runTrainingJobs({
      platform,
      store,
      compute,
      workers,
      now,
      executionProviders,
      stepsPerCall,
      checkpointMs: config.CLIMB_CHECKPOINT_MS,
    });
    platform.lifecycle.onClose("training jobs", () => jobs);
  }
  if (config.CLIMB_ROLE === "worker") return [];
  // A thread of their own, so that callers wait for no run.
  return [trainingRoutes({ platform, store, compute: startPool("training online worker", 1), now })];
}

async function expectSameAsCpu(compute: Compute, task: CheckProviderTask): Promise<void> {
  const fault = await compute("checkProvider", task, { signal: new AbortController().signal });
  if (!fault) return;
  const names = task.executionProviders.join(",");
  const message = `CLIMB_EXECUTION_PROVIDERS=${names} cannot be used for training: ${fault}; "cpu" always can`;
  throw new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: names });
}
