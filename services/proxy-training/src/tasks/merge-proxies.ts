import { readFileSync } from "node:fs";
import type { TaskContext } from "@climb/runtime/worker";
import type { ModelShape } from "../core/model/shape.js";
import { decodeWeights, encodeWeights } from "../core/training/checkpoint.js";
import { mergeModels } from "../core/training/merge.js";

export interface MergeProxiesTask {
  shape: ModelShape;
  /** safetensors, and how much each counts; the weights sum to 1. */
  parts: { path: string; weight: number }[];
}

/** The average of trained weights as safetensors. @throws RangeError naming a tensor that does not fit */
export function mergeProxies(
  { shape, parts }: MergeProxiesTask,
  context: TaskContext<never>,
): { weights: Uint8Array; seconds: number } {
  const started = performance.now();
  function* models() {
    for (const { path, weight } of parts) {
      context.throwIfAborted();
      yield { parameters: decodeWeights(shape, new Uint8Array(readFileSync(path))), weight };
    }
  }
  const weights = encodeWeights(shape, { parameters: mergeModels(shape, models()) });
  return { weights, seconds: (performance.now() - started) / 1000 };
}
