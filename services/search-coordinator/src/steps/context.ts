import type { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { Failure } from "@climb/proto/common/v1/job";
import type { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import type { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import type { SearchEvent } from "@climb/proto/search/v1/search_events";
import type { SearchServiceDefinition, SearchSpec } from "@climb/proto/search/v1/search_service";
import type { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { ArtifactStore, Client, EventBus, Logger, WorkerPool } from "@climb/runtime";
import type { SearchState } from "../core/index.js";
import type { Result, Task } from "../worker.js";

/** The other services, and this one for its data sets. */
export interface Peers {
  embedding: Client<typeof EmbeddingServiceDefinition>;
  clustering: Client<typeof ClusteringServiceDefinition>;
  training: Client<typeof TrainingServiceDefinition>;
  predictor: Client<typeof PredictorServiceDefinition>;
  search: Client<typeof SearchServiceDefinition>;
}

/** What a step may use. */
export interface StepContext {
  peers: Peers;
  artifacts: ArtifactStore;
  bus: EventBus;
  pool: WorkerPool<Task, Result, number>;
  logger: Logger;
  /** What the search is so far, for decisions. */
  state: SearchState;
  spec: SearchSpec;
  /** The whole log so far, for what the decisions do not need. */
  history: SearchEvent[];
  /** Notes that another service began a part of the work, so that its progress can be shown. */
  note(event: EventBody): Promise<void>;
  /** Fires when the search is cancelled, its lease is lost or the process ends. */
  signal: AbortSignal;
}

/** The body of a log entry. */
export type EventBody = NonNullable<SearchEvent["event"]>;

/** A part of the work ended without a result; the search cannot go on. */
export class PartFailed extends Error {
  constructor(
    part: string,
    readonly failure: Failure | undefined,
  ) {
    super(`${part}: ${failure?.message || "no reason was given"}`);
  }
}

/** What each kind of entry holds. */
type EventValues = { [Body in EventBody as Body["$case"]]: Body["value"] };

/** The body of the last entry of a kind. @throws Error if there is none */
export function lastEvent<Case extends EventBody["$case"]>(history: SearchEvent[], kind: Case): EventValues[Case] {
  for (let i = history.length - 1; i >= 0; i--) {
    const event = history[i]?.event;
    if (event?.$case === kind) return event.value as EventValues[Case];
  }
  throw new Error(`the log has no "${kind}" yet`);
}
