import { availableParallelism } from "node:os";
import { createWorkerPool, type Platform, type RpcService, workerUrl } from "@climb/runtime";
import type { ClusteringConfig } from "./config.js";
import { runClusteringJobs } from "./jobs.js";
import { clusteringRoutes } from "./rpc.js";
import { createClusteringStore } from "./store.js";
import type { Results, Task } from "./worker.js";

export { type ClusteringConfig, clusteringConfig } from "./config.js";

/** Starts the clustering service: its calls, and its jobs until the platform's signal aborts. */
export async function startClusteringService(platform: Platform, config: ClusteringConfig): Promise<RpcService[]> {
  const url = workerUrl(import.meta.url, "./worker.js");
  const workers = config.CLIMB_WORKERS || availableParallelism();
  const pool = createWorkerPool<Task, Results[keyof Results], number>({ url, size: workers });
  platform.lifecycle.onClose("clustering workers", () => pool.close());
  const online = createWorkerPool<Task, Results[keyof Results], number>({ url, size: 1 });
  platform.lifecycle.onClose("clustering online worker", () => online.close());

  const store = createClusteringStore(platform.logs);
  const now = () => new Date();
  const jobs = runClusteringJobs({ platform, store, pool, workers, concurrency: config.CLIMB_CLUSTERING_JOBS, now });
  platform.lifecycle.onClose("clustering jobs", () => jobs);
  return [clusteringRoutes({ platform, store, pool: online, now })];
}
