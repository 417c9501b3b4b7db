import { availableParallelism } from "node:os";
import type { Platform } from "@climb/ports";
import {
  ClusteringServiceDefinition,
  DomainSet,
  DomainSpec,
  DuplicateReport,
} from "@climb/proto/clustering/v1/clustering_service";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { createResourceStore } from "@climb/resources";
import { createWorkerPool, implement, type RpcService, workerUrl } from "@climb/runtime";
import type { ClusteringConfig } from "./config.js";
import { assignCalls } from "./rpc/assign.js";
import { checkSpec } from "./rpc/check-spec.js";
import { beginner, cutCall, defineDomainSets } from "./rpc/domain-sets.js";
import { defineDuplicateReports, duplicateCalls } from "./rpc/duplicate-reports.js";
import { renameCall } from "./rpc/rename-domain.js";
import { suggestCall } from "./rpc/suggest.js";
import type { Tasks } from "./tasks/worker.js";

export { type ClusteringConfig, clusteringConfig } from "./config.js";

/** Starts the clustering service: its calls, and the work of its queues. */
export async function startClusteringService(platform: Platform, config: ClusteringConfig): Promise<RpcService[]> {
  const workers = config.CLIMB_WORKERS || availableParallelism();
  const startPool = (name: string, size: number) => {
    const pool = createWorkerPool<Tasks>({ url: workerUrl(import.meta.url, "./tasks/worker.js"), size });
    platform.lifecycle.onClose(name, () => pool.close());
    return pool;
  };
  const embedding = platform.connect(EmbeddingServiceDefinition, config.CLIMB_EMBEDDING_ADDRESS);
  // Threads start with their first task: a process that only answers, or only works, has none of the others.
  const context = {
    platform,
    embedding,
    workers,
    pool: startPool("clustering workers", workers),
    // Where corpora are read from anywhere, the process answers nobody but who started it.
    remotes: { hosts: config.CLIMB_EMBEDDER_HOSTS, guarded: platform.corpusRoots !== undefined },
  };
  const online = { ...context, workers: 1, pool: startPool("clustering online worker", 1) };
  const stores = {
    sets: createResourceStore(platform, { kind: "domain-set", message: DomainSet }),
    reports: createResourceStore(platform, { kind: "duplicate-report", message: DuplicateReport }),
  };
  const sets = defineDomainSets(context, online, stores, config.CLIMB_CLUSTERING_JOBS);
  const reports = defineDuplicateReports(context, stores);
  const work = Promise.all([sets.work(), reports.work()]);
  platform.lifecycle.onClose("clustering jobs", async () => void (await work));
  const begin = beginner(online, stores, sets);
  return [
    implement(ClusteringServiceDefinition, {
      // Only looks: a file that is checked is not stored.
      validateDomainSet: async ({ spec }, { signal }) => ({
        faults: (await checkSpec(online, spec ?? DomainSpec.create(), signal)).faults,
      }),
      createDomainSet: sets.create,
      ...sets.calls,
      ...cutCall(online, stores, begin),
      ...renameCall(stores),
      ...duplicateCalls(reports, stores, begin),
      ...suggestCall(online, stores),
      ...assignCalls(online, stores),
    }),
  ];
}
