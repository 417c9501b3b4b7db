import { availableParallelism } from "node:os";
import type { Platform } from "@climb/ports";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { createWorkerPool, implement, type RpcService, workerUrl } from "@climb/runtime";
import type { SearchConfig } from "./config.js";
import { defineDataset } from "./rpc/dataset.js";
import { defineSearch, searchCalls } from "./rpc/search.js";
import type { Tasks } from "./tasks/worker.js";

export { type SearchConfig, searchConfig } from "./config.js";
export { servePage } from "./page/server.js";

/** Starts the coordinator: its calls, its searches and its data sets. */
export async function startSearchService(platform: Platform, config: SearchConfig): Promise<RpcService[]> {
  const workers = config.CLIMB_WORKERS || Math.min(2, availableParallelism());
  const pool = createWorkerPool<Tasks>({ url: workerUrl(import.meta.url, "./tasks/worker.js"), size: workers });
  platform.lifecycle.onClose("search workers", () => pool.close());
  const peers = {
    embedding: platform.connect(EmbeddingServiceDefinition, config.CLIMB_EMBEDDING_ADDRESS),
    clustering: platform.connect(ClusteringServiceDefinition, config.CLIMB_CLUSTERING_ADDRESS),
    training: platform.connect(TrainingServiceDefinition, config.CLIMB_TRAINING_ADDRESS),
    predictor: platform.connect(PredictorServiceDefinition, config.CLIMB_PREDICTOR_ADDRESS),
    search: platform.connect(SearchServiceDefinition, config.CLIMB_SEARCH_ADDRESS),
  };
  const context = { platform, peers, pool, workers };
  const searches = defineSearch(context);
  const datasets = defineDataset(context);
  const work = Promise.all([searches.work(), datasets.work()]);
  platform.lifecycle.onClose("search jobs", async () => void (await work));
  return [
    implement(SearchServiceDefinition, {
      createSearch: searches.create,
      ...searches.calls,
      ...searchCalls(context, searches),
      createDataset: datasets.create,
      ...datasets.calls,
    }),
  ];
}
