import { readFileSync } from "node:fs";
import { ServiceError } from "@climb/runtime/worker";
import { fillBatch } from "../core/data/batch.js";
import { createMixtureSampler } from "../core/data/mixture-sampler.js";
import { createEvaluator } from "../core/evaluation/evaluator.js";
import { scoreTarget, type TargetScore } from "../core/evaluation/score-target.js";
import type { ModelShape } from "../core/model/shape.js";
import type { ProxyModel } from "../core/presets.js";
import { decodeCheckpoint, decodeWeights, encodeCheckpoint, encodeWeights } from "../core/training/checkpoint.js";
import { learningRateAt } from "../core/training/schedule.js";
import { average, initialState, type TrainingState } from "../core/training/state.js";
import { createTrainer, sessionOptionsFor } from "../core/training/trainer.js";
import { encodeLocal, type LocalDomain, type LocalTarget } from "./count-statistics.js";
import { openTokenFile, type TokenFile } from "./token-file.js";
import { openTokenizer, type TokenizerFile } from "./tokenizers.js";

export interface RunTask {
  proxy: ProxyModel;
  tokenizer: TokenizerFile;
  domains: LocalDomain[];
  mixture: number[];
  tokens: number;
  seed: number;
  /** 0 for none. */
  matchRepetitionTokens: number;
  executionProviders: string[];
  /** Training steps in one call of the session. */
  stepsPerCall: number;
  /** Weights to begin with instead of random ones. */
  basePath?: string;
  /** A checkpoint to go on from. */
  checkpointPath?: string;
  /** Final weights, when only evaluation is left. */
  weightsPath?: string;
  checkpointMs: number;
  targets: LocalTarget[];
}

export type RunProgressMessage =
  | {
      type: "step";
      step: number;
      steps: number;
      tokens: number;
      loss: number;
      tokensPerSecond: number;
      secondsLeft: number;
    }
  | { type: "checkpoint"; file: Uint8Array };

export interface RunResult {
  /** Final weights as safetensors; unset when they were given. */
  weights?: Uint8Array;
  epochs?: number[];
  steps: number;
  tokens: number;
  /** In the order of the targets. */
  scores: TargetScore[];
  seconds: number;
}

export interface RunContext {
  aborted(): boolean;
  progress(message: RunProgressMessage): void;
}

const REPORT_MS = 1000;
/** The first report comes sooner: it shows that a run is alive, and how long it may take. */
const FIRST_REPORT_MS = 200;
const EVALUATION_BATCH = 16;

/** Trains a proxy (from its checkpoint, if it has one) and evaluates it. Ends early, with a last checkpoint, on abort. */
export async function runProxy(task: RunTask, context: RunContext): Promise<RunResult> {
  const started = performance.now();
  const tokenizer = openTokenizer(task.tokenizer);
  // The tokenizer may have learnt fewer merges than asked for; the model has a row for each token there is.
  const shape: ModelShape = { ...task.proxy, vocabulary: tokenizer.vocabulary };
  const trained = task.weightsPath
    ? { weights: decodeWeights(shape, new Uint8Array(readFileSync(task.weightsPath))), steps: 0, tokens: 0 }
    : await train(task, shape, context);
  const evaluator = await createEvaluator({
    shape,
    batch: EVALUATION_BATCH,
    weights: trained.weights,
    session: { executionProviders: task.executionProviders },
    beforeBatch() {
      if (context.aborted()) throw new Error("the run was stopped");
    },
  });
  const scores: TargetScore[] = [];
  try {
    for (const target of task.targets) scores.push(await scoreTarget(evaluator, encodeLocal(target, tokenizer)));
  } finally {
    // A stopped run throws, and its thread goes on to the next one.
    await evaluator.close();
  }
  const { weights: _, ...rest } = trained;
  return {
    ...rest,
    ...(!task.weightsPath && { weights: encodeWeights(shape, { parameters: trained.weights }) }),
    scores,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Where a run goes on, or begins: its checkpoint, its base with fresh moments, or random weights. */
function beginning({ checkpointPath, basePath, seed }: RunTask, shape: ModelShape): TrainingState {
  if (checkpointPath) return decodeCheckpoint(shape, new Uint8Array(readFileSync(checkpointPath)));
  const state = initialState(shape, seed);
  if (!basePath) return state;
  return { ...state, parameters: decodeWeights(shape, new Uint8Array(readFileSync(basePath))) };
}

async function train(task: RunTask, shape: ModelShape, context: RunContext) {
  const { proxy, domains, mixture, tokens, seed } = task;
  const sampler = createMixtureSampler({
    domains,
    mixture,
    tokens,
    batch: proxy.batch,
    context: proxy.context,
    seed,
    targetTokens: task.matchRepetitionTokens,
  });
  const state = beginning(task, shape);
  const trainer = await createTrainer({
    shape,
    batch: proxy.batch,
    state,
    microBatches: proxy.microBatches,
    // The average is taken after every single step.
    stepsPerCall: proxy.averageDecay > 0 ? 1 : task.stepsPerCall,
    session: {
      ...sessionOptionsFor(shape, proxy.batch / proxy.microBatches),
      executionProviders: task.executionProviders,
    },
  });
  const stepTokens = proxy.batch * proxy.context;
  let [reported, reportedStep, saved] = [performance.now(), state.step, performance.now()];
  let [lossSum, lossCount, reportMs] = [0, 0, FIRST_REPORT_MS];
  const checkpoint = () => context.progress({ type: "checkpoint", file: encodeCheckpoint(shape, state) });
  const files: (TokenFile | undefined)[] = [];
  try {
    // Opened in here, so that a bad file leaves neither the others nor the session open.
    domains.forEach((domain, j) => {
      if ((sampler.windowCounts[j] ?? 0) > 0) files[j] = openTokenFile(domain.path, domain.tokens);
    });
    while (state.step < sampler.steps) {
      if (context.aborted()) {
        checkpoint();
        throw new Error("the run was stopped");
      }
      const at = state.step;
      const read = (domain: number, start: number, length: number) => (files[domain] as TokenFile).read(start, length);
      const batches = trainer.batches.slice(0, sampler.steps - at);
      batches.forEach(({ tokens, targets }, k) => {
        fillBatch(sampler, at + k, read, tokens, targets);
      });
      const taken = await trainer.take(batches.map((_, k) => learningRateAt(proxy, at + k, sampler.steps)));
      for (const [k, { loss }] of taken.entries()) {
        const step = at + k + 1;
        if (Number.isFinite(loss)) continue;
        const message = `the loss became ${loss} at step ${step} of ${sampler.steps}; a lower learning rate may help`;
        throw new ServiceError("wrongState", "LOSS_DIVERGED", message, { step: String(step) });
      }
      if (proxy.averageDecay > 0) average(state, proxy.averageDecay);
      for (const { loss } of taken) lossSum += loss;
      lossCount += taken.length;
      const now = performance.now();
      if (now - reported >= reportMs || state.step === sampler.steps) {
        const tokensPerSecond = ((state.step - reportedStep) * stepTokens * 1000) / (now - reported);
        const secondsLeft = ((sampler.steps - state.step) * stepTokens) / tokensPerSecond;
        const done = { step: state.step, steps: sampler.steps, tokens: state.step * stepTokens };
        context.progress({ type: "step", ...done, loss: lossSum / lossCount, tokensPerSecond, secondsLeft });
        [reported, reportedStep, lossSum, lossCount, reportMs] = [now, state.step, 0, 0, REPORT_MS];
      }
      if (now - saved >= task.checkpointMs && state.step < sampler.steps) {
        checkpoint();
        saved = now;
      }
    }
  } finally {
    await trainer.close();
    for (const file of files) file?.close();
  }
  return {
    weights: state.average ?? state.parameters,
    epochs: [...sampler.epochs],
    steps: sampler.steps,
    tokens: sampler.steps * stepTokens,
  };
}
