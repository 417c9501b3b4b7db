import { availableParallelism } from "node:os";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { createWorkerPool, type Platform, type RpcService, workerUrl } from "@climb/runtime";
import type { SearchConfig } from "./config.js";
import { runDatasetJobs } from "./dataset-jobs.js";
import { runSearchJobs } from "./jobs.js";
import { searchRoutes } from "./rpc.js";
import { createDatasetStore, createSearchStore } from "./store.js";
import type { Result, Task } from "./worker.js";

export { type SearchConfig, searchConfig } from "./config.js";

/** Starts the coordinator: its calls and its two queues, searches and data sets. */
export async function startSearchService(platform: Platform, _config: SearchConfig): Promise<RpcService[]> {
  const pool = createWorkerPool<Task, Result, number>({
    url: workerUrl(import.meta.url, "./worker.js"),
    size: Math.min(2, availableParallelism()),
  });
  platform.lifecycle.onClose("search workers", () => pool.close());
  const deps = {
    platform,
    store: createSearchStore(platform.logs),
    datasets: createDatasetStore(platform.logs),
    peers: {
      embedding: platform.connect(EmbeddingServiceDefinition),
      clustering: platform.connect(ClusteringServiceDefinition),
      training: platform.connect(TrainingServiceDefinition),
      predictor: platform.connect(PredictorServiceDefinition),
      search: platform.connect(SearchServiceDefinition),
    },
    pool,
    now: () => Date.now(),
  };
  const jobs = Promise.all([runSearchJobs(deps), runDatasetJobs({ ...deps, now: () => new Date() })]);
  platform.lifecycle.onClose("search jobs", async () => {
    await jobs;
  });
  return [searchRoutes(deps)];
}
