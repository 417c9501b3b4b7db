import { readFileSync } from "node:fs";
import type { TaskContext } from "@climb/runtime/worker";
import { createEvaluator } from "../core/evaluation/evaluator.js";
import { scoreTarget, type TargetScore } from "../core/evaluation/score-target.js";
import type { ModelShape } from "../core/model/shape.js";
import { decodeWeights } from "../core/training/checkpoint.js";
import { encodeLocal, type LocalTarget } from "./local-target.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

export interface EvaluateProxyTask {
  shape: ModelShape;
  /** safetensors. */
  weightsPath: string;
  tokenizer: TokenizerFile;
  executionProviders: string[];
  targets: LocalTarget[];
}

export interface EvaluatedProxy {
  /** In the order of the targets. */
  scores: TargetScore[];
  seconds: number;
}

/** Sequences that are scored at a time. */
export const EVALUATION_BATCH = 16;

/** Scores a trained proxy on targets. @throws RangeError naming a tensor that does not fit, or a loss that is no number */
export async function evaluateProxy(task: EvaluateProxyTask, context: TaskContext<never>): Promise<EvaluatedProxy> {
  const started = performance.now();
  const { shape, weightsPath, executionProviders, targets } = task;
  const tokenizer = openTokenizer(task.tokenizer);
  const evaluator = await createEvaluator({
    shape,
    batch: EVALUATION_BATCH,
    weights: decodeWeights(shape, new Uint8Array(readFileSync(weightsPath))),
    session: { executionProviders },
    beforeBatch: () => context.throwIfAborted(),
  });
  const scores: TargetScore[] = [];
  try {
    for (const target of targets) {
      const score = () => scoreTarget(evaluator, encodeLocal(target, tokenizer));
      scores.push(await context.measured("evaluate target", { "climb.target.name": target.name }, score));
    }
  } finally {
    // A stopped evaluation throws, and its thread goes on to the next task.
    await evaluator.close();
  }
  return { scores, seconds: (performance.now() - started) / 1000 };
}
