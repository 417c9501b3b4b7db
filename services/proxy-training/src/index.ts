import { availableParallelism } from "node:os";
import type { Platform } from "@climb/ports";
import { createWorkerPool, type RpcService, ServiceError, type WorkerPool, workerUrl } from "@climb/runtime";
import type { TrainingConfig } from "./config.js";
import { defineRuns } from "./rpc/runs.js";
import { trainingService } from "./rpc/service.js";
import { defineStatistics } from "./rpc/target-statistics.js";
import { defineTokenSets } from "./rpc/token-sets.js";
import type { TrainingOptions } from "./steps/train.js";
import type { Tasks } from "./tasks/worker.js";

export { type TrainingConfig, trainingConfig } from "./config.js";

/** Steps in one call where the state crosses to a device and back. */
const DEVICE_STEPS = 8;

/**
 * Starts proxy training: its calls, and the work of the queues that this process takes, in one thread for each core.
 * @throws ServiceError invalid MODEL_UNKNOWN if the execution providers do not train as the CPU does
 */
export async function startTrainingService(platform: Platform, config: TrainingConfig): Promise<RpcService[]> {
  const { role, lifecycle } = platform;
  const workers = config.CLIMB_WORKERS || availableParallelism();
  // Threads start with their first task: a process that only answers has none of these.
  const pool = startPool(platform, "training workers", workers);
  const executionProviders = config.CLIMB_EXECUTION_PROVIDERS;
  const onCpu = executionProviders.every((name) => name === "cpu");
  const stepsPerCall = config.CLIMB_STEPS_PER_CALL || (onCpu ? 1 : DEVICE_STEPS);
  const options = { executionProviders, stepsPerCall, checkpointMs: config.CLIMB_CHECKPOINT_MS };
  if (role.takes("run") && !onCpu) await expectSameAsCpu(pool, options);

  const work = { platform, pool, workers };
  const tokenSets = defineTokenSets(work);
  const statistics = defineStatistics(work, tokenSets.store);
  const runs = defineRuns(work, options, tokenSets.store);
  const jobs = Promise.all([tokenSets.work(), statistics.work(), runs.work()]);
  lifecycle.onClose("training jobs", async () => void (await jobs));
  if (!role.answers) return [];
  // A thread of their own, so that callers wait for no run.
  const online = startPool(platform, "training online worker", 1);
  return [trainingService(platform, online, { tokenSets, statistics, runs }, options, workers)];
}

function startPool({ lifecycle }: Platform, name: string, size: number): WorkerPool<Tasks> {
  const pool = createWorkerPool<Tasks>({ url: workerUrl(import.meta.url, "./tasks/worker.js"), size });
  lifecycle.onClose(name, () => pool.close());
  return pool;
}

async function expectSameAsCpu(
  pool: WorkerPool<Tasks>,
  { executionProviders, stepsPerCall }: TrainingOptions,
): Promise<void> {
  const fault = await pool.run("checkProvider", { executionProviders, stepsPerCall });
  if (!fault) return;
  const names = executionProviders.join(",");
  const message = `CLIMB_EXECUTION_PROVIDERS=${names} cannot be used for training: ${fault}; "cpu" always can`;
  throw new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: names });
}
