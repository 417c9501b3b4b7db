import type { ArtifactRef, ArtifactStore } from "@climb/runtime";
import type { EmbeddingPool, ShardLimits } from "../tasks/task.js";

/** What every step of a job may use. */
export interface StepContext {
  artifacts: ArtifactStore;
  pool: EmbeddingPool;
  limits: ShardLimits;
  /** What ONNX models run on, in order. */
  executionProviders: readonly string[];
  signal: AbortSignal;
  /** Tells people how far the work is; called as often as there is news. */
  progress(stage: string, done: number, total: number, unit: string): void;
}

export interface VectorShards {
  /** One for each document shard, in their order. */
  vectors: ArtifactRef[];
  dimensions: number;
}

/** A number as it stands in the name of a shard. */
export function shardNumber(index: number): string {
  return String(index).padStart(5, "0");
}

/** Where the vectors of a shard are. */
export function vectorsPath(folder: string, index: number): string {
  return `${folder}/vectors-${shardNumber(index)}.f32`;
}
