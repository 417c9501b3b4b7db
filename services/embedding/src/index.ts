import { availableParallelism } from "node:os";
import type { Platform } from "@climb/ports";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { createWorkerPool, implement, type RpcService, workerUrl } from "@climb/runtime";
import type { EmbeddingConfig } from "./config.js";
import { embedCalls } from "./rpc/embed.js";
import { defineEmbeddingSets } from "./rpc/embedding-set.js";
import { createOnlineEmbedder } from "./rpc/online.js";
import type { Work } from "./steps/context.js";
import type { Tasks } from "./tasks/worker.js";

export { type EmbeddingConfig, embeddingConfig } from "./config.js";

const MAX_TEXTS_TOGETHER = 256;

/** Starts the embedding service: its calls, its queues and its threads. */
export async function startEmbeddingService(platform: Platform, config: EmbeddingConfig): Promise<RpcService[]> {
  const url = workerUrl(import.meta.url, "./tasks/worker.js");
  const threads = config.CLIMB_WORKERS || availableParallelism();
  // A thread starts with its first task, so that a process that takes no queue, or answers no call, has none for it.
  const pool = createWorkerPool<Tasks>({ url, size: threads });
  const onlinePool = createWorkerPool<Tasks>({ url, size: 1 });
  platform.lifecycle.onClose("embedding threads", async () => {
    await Promise.all([pool.close(), onlinePool.close()]);
  });
  const work: Work = {
    platform,
    pool,
    threads,
    limits: {
      textBytes: config.CLIMB_EMBEDDING_SHARD_BYTES,
      documents: config.CLIMB_EMBEDDING_SHARD_DOCUMENTS,
      pieceBytes: config.CLIMB_EMBEDDING_PIECE_BYTES,
    },
    executionProviders: config.CLIMB_EXECUTION_PROVIDERS,
    // Where corpora are read from anywhere, the process answers nobody but who started it.
    remotes: { hosts: config.CLIMB_EMBEDDER_HOSTS, guarded: platform.corpusRoots !== undefined },
  };
  const sets = defineEmbeddingSets(work, config.CLIMB_EMBEDDING_JOBS);
  const jobs = sets.work();
  platform.lifecycle.onClose("embedding jobs", () => jobs);
  const online = createOnlineEmbedder(onlinePool, {
    windowMs: config.CLIMB_EMBEDDING_WINDOW_MS,
    maxTexts: MAX_TEXTS_TOGETHER,
  });
  return [
    implement(EmbeddingServiceDefinition, {
      validateEmbeddingSet: sets.validate,
      createEmbeddingSet: sets.create,
      ...sets.calls,
      ...embedCalls(work, sets.store, online),
    }),
  ];
}
