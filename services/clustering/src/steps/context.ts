import type { Platform } from "@climb/ports";
import type { DomainSet, DuplicateReport } from "@climb/proto/clustering/v1/clustering_service";
import type { EmbeddingManifest, EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import type { ResourceStore } from "@climb/resources";
import type { Client, RemotePolicy, WorkerPool } from "@climb/runtime";
import type { Plan } from "../rpc/plan.js";
import type { Tasks } from "../tasks/worker.js";

/** What the service's work and calls need of the world. */
export interface ClusteringContext {
  platform: Platform;
  /** The service that made the vectors, and makes those of new texts. */
  embedding: Client<typeof EmbeddingServiceDefinition>;
  pool: WorkerPool<Tasks>;
  /** Threads of the pool: so many tasks are prepared at once. */
  workers: number;
  /** Where texts may be sent to. */
  remotes: RemotePolicy;
}

/** What the service remembers. */
export interface ClusteringStores {
  sets: ResourceStore<DomainSet>;
  reports: ResourceStore<DuplicateReport>;
}

/** What a stage of finding domains may use. */
export interface StageContext extends ClusteringContext {
  plan: Plan;
  manifest: EmbeddingManifest;
  signal: AbortSignal;
  report: (stage: string, done: number, total: number, unit: string) => void;
}
