import { availableParallelism } from "node:os";
import { createWorkerPool, type Platform, type RpcService, workerUrl } from "@climb/runtime";
import type { EmbeddingConfig } from "./config.js";
import { runEmbeddingJobs } from "./jobs.js";
import { createOnlineEmbedder } from "./online.js";
import { embeddingRoutes } from "./rpc.js";
import { createEmbeddingStore } from "./store.js";
import type { Result, Task, TaskProgress } from "./tasks/task.js";

export { type EmbeddingConfig, embeddingConfig } from "./config.js";

/** Starts the embedding service: its calls, its queue and its threads. */
export async function startEmbeddingService(platform: Platform, config: EmbeddingConfig): Promise<RpcService[]> {
  const url = workerUrl(import.meta.url, "./worker.js");
  const poolOf = (size: number) => createWorkerPool<Task, Result, TaskProgress>({ url, size });
  const pool = poolOf(config.CLIMB_WORKERS || availableParallelism());
  const onlinePool = poolOf(1);
  platform.lifecycle.onClose("embedding workers", async () => {
    await Promise.all([pool.close(), onlinePool.close()]);
  });
  const shared = {
    platform,
    store: createEmbeddingStore(platform.logs),
    limits: { textBytes: config.CLIMB_EMBEDDING_SHARD_BYTES, documents: config.CLIMB_EMBEDDING_SHARD_DOCUMENTS },
    executionProviders: config.CLIMB_EXECUTION_PROVIDERS,
    now: () => new Date(),
  };
  const jobs = runEmbeddingJobs({ ...shared, pool, concurrency: config.CLIMB_EMBEDDING_JOBS });
  platform.lifecycle.onClose("embedding jobs", () => jobs);
  const online = createOnlineEmbedder(onlinePool, { windowMs: config.CLIMB_EMBEDDING_WINDOW_MS, mostTexts: 256 });
  return [embeddingRoutes({ ...shared, online })];
}
