import type { ArtifactStore } from "@climb/runtime";
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

/** A number as it stands in the name of a shard. */
export function shardNumber(index: number): string {
  return String(index).padStart(5, "0");
}
