import { EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";
import { createResourceStore, type EventLog, type ResourceStore } from "@climb/runtime";

export type EmbeddingStore = ResourceStore<EmbeddingSet>;

/** The embedding sets. */
export function createEmbeddingStore(log: EventLog): EmbeddingStore {
  return createResourceStore({ log, prefix: "embedding/sets", codec: EmbeddingSet });
}
