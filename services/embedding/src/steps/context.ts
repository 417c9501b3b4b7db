import type { ArtifactRef, ArtifactStore, Platform } from "@climb/ports";
import type { EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";
import type { MakeContext } from "@climb/resources";
import type { RemotePolicy, WorkerPool } from "@climb/runtime";
import type { Tasks } from "../tasks/worker.js";
import type { CorpusLimits } from "./identity.js";

export type EmbeddingPool = WorkerPool<Tasks>;

/** What the making of embedding sets has of its process. */
export interface Work {
  platform: Platform;
  pool: EmbeddingPool;
  /** Threads of the pool. */
  threads: number;
  limits: CorpusLimits;
  /** What ONNX models run on, in order. */
  executionProviders: readonly string[];
  /** Which endpoints of remote models may be asked. */
  remotes: RemotePolicy;
}

export type Making = MakeContext<EmbeddingSet>;

/** Where everything of a set is, and of a corpus, which several sets may share. */
export const setFolder = (setId: string) => `embedding/sets/${setId}`;
/** Where the artifacts of a corpus lie. */
export const corpusFolder = (corpusId: string) => `embedding/corpora/${corpusId}`;

/** A number as it stands in the name of a shard. */
export function shardNumber(index: number): string {
  return String(index).padStart(5, "0");
}

/** Stores a value as JSON. */
export function putJson(artifacts: ArtifactStore, path: string, value: unknown): Promise<ArtifactRef> {
  return artifacts.put(path, Buffer.from(JSON.stringify(value, undefined, 1), "utf8"));
}
