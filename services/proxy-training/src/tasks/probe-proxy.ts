import { createEvaluator } from "../core/evaluation/evaluator.js";
import type { ModelShape } from "../core/model/shape.js";
import { encodeCheckpoint, encodeWeights } from "../core/training/checkpoint.js";
import { average, initialState } from "../core/training/state.js";
import { createTrainer, sessionOptionsFor } from "../core/training/trainer.js";
import { EVALUATION_BATCH } from "./evaluate-proxy.js";

/** A proxy to be tried on made-up tokens. */
export interface ProbeProxyTask {
  shape: ModelShape;
  batch: number;
  microBatches: number;
  learningRate: number;
  averageDecay: number;
  executionProviders: string[];
  stepsPerCall: number;
}

/** What it took. */
export interface ProbedProxy {
  secondsPerToken: number;
  weightsBytes: number;
  checkpointBytes: number;
}

/** Steps are taken for at least so long, but for the first, in which memory is taken. */
const LEAST_MS = 500;

/** Trains a proxy for a few steps and evaluates a batch, as a run does; its memory is looked at from outside. */
export async function probeProxy(task: ProbeProxyTask): Promise<ProbedProxy> {
  const { shape, batch, microBatches, executionProviders, stepsPerCall } = task;
  const state = initialState(shape, 1);
  const session = { ...sessionOptionsFor(shape, batch / microBatches), executionProviders };
  const trainer = await createTrainer({ shape, batch, state, microBatches, stepsPerCall, session });
  let [begunMs, steps] = [0, -stepsPerCall];
  try {
    while (steps < stepsPerCall || performance.now() - begunMs < LEAST_MS) {
      if (steps === 0) begunMs = performance.now();
      for (const [k, { tokens, targets }] of trainer.batches.entries()) {
        tokens.forEach((_, i) => {
          tokens[i] = (i * 7 + k) % shape.vocabulary;
          targets[i] = (i * 7 + 7 + k) % shape.vocabulary;
        });
      }
      await trainer.take(trainer.batches.map(() => task.learningRate));
      if (task.averageDecay > 0) average(state, task.averageDecay);
      steps += stepsPerCall;
    }
  } finally {
    await trainer.close();
  }
  const secondsPerToken = (performance.now() - begunMs) / 1000 / (steps * batch * shape.context);
  const weights = encodeWeights(shape, state);
  const tokens = Uint32Array.from({ length: shape.context + 1 }, (_, i) => (i * 7) % shape.vocabulary);
  const evaluator = await createEvaluator({
    shape,
    batch: EVALUATION_BATCH,
    weights: state.parameters,
    session: { executionProviders },
  });
  try {
    await evaluator.score([{ tokens, ranges: [{ from: 1, to: tokens.length }] }]);
  } finally {
    await evaluator.close();
  }
  return { secondsPerToken, weightsBytes: weights.length, checkpointBytes: encodeCheckpoint(shape, state).length };
}
