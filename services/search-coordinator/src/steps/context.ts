import type { Platform } from "@climb/ports";
import type { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import type { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import type { Search, SearchServiceDefinition, SearchSpec } from "@climb/proto/search/v1/search_service";
import type { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { MakeContext } from "@climb/resources";
import type { Client, WorkerPool } from "@climb/runtime";
import type { SearchState } from "../core/index.js";
import type { Tasks } from "../tasks/worker.js";

/** The other services, and this one for its data sets. */
export interface Peers {
  embedding: Client<typeof EmbeddingServiceDefinition>;
  clustering: Client<typeof ClusteringServiceDefinition>;
  training: Client<typeof TrainingServiceDefinition>;
  predictor: Client<typeof PredictorServiceDefinition>;
  search: Client<typeof SearchServiceDefinition>;
}

/** What all of the coordinator's work needs of the world. */
export interface SearchContext {
  platform: Platform;
  peers: Peers;
  pool: WorkerPool<Tasks>;
  /** Threads of the pool. */
  workers: number;
}

/** What a step may use. */
export interface StepContext extends SearchContext {
  making: MakeContext<Search>;
  /** What the search is so far, for decisions. */
  state: SearchState;
  spec: SearchSpec;
  /** The whole log so far, for what the decisions do not need. */
  history: readonly SearchEvent[];
  /** Appends to the log what a step has to tell before it ends. */
  note(event: EventBody): Promise<void>;
}

/** The body of a log entry. */
export type EventBody = NonNullable<SearchEvent["event"]>;

/** What each kind of entry holds. */
type EventValues = { [Body in EventBody as Body["$case"]]: Body["value"] };

/** The body of the last entry of a kind. @throws Error if there is none */
export function lastEvent<Case extends EventBody["$case"]>(
  history: readonly SearchEvent[],
  kind: Case,
): EventValues[Case] {
  for (let i = history.length - 1; i >= 0; i--) {
    const event = history[i]?.event;
    if (event?.$case === kind) return event.value as EventValues[Case];
  }
  throw new Error(`the log has no "${kind}" yet`);
}
