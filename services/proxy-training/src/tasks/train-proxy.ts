import { readFileSync } from "node:fs";
import { ServiceError, type TaskContext } from "@climb/runtime/worker";
import type { ModelShape } from "../core/model/shape.js";
import type { ProxyModel } from "../core/presets.js";
import { type BaseTokenizer, beginWithBase, encodeBase } from "../core/training/base.js";
import { decodeCheckpoint, encodeCheckpoint, encodeWeights } from "../core/training/checkpoint.js";
import { learningRateAt } from "../core/training/schedule.js";
import { average, initialState, type TrainingState } from "../core/training/state.js";
import { createTrainer, type StepResult, sessionOptionsFor } from "../core/training/trainer.js";
import type { LocalAlignment, LocalGroupDro } from "./group-signals.js";
import { openTrainingData, type TrainingData } from "./training-data.js";

/** The tokens of a domain on this machine. */
export interface LocalDomain {
  id: string;
  tokens: number;
  /** Empty if nothing is taken from it. */
  path: string;
}

export interface TrainProxyTask {
  proxy: ProxyModel;
  /** The proxy's shape with the vocabulary that the tokenizer has: it may have learnt fewer merges than asked for. */
  shape: ModelShape;
  domains: LocalDomain[];
  mixture: number[];
  /** Another mixture for the last steps. */
  decay?: { share: number; mixture: number[] };
  tokens: number;
  seed: number;
  /** 0 for none. */
  matchRepetitionTokens: number;
  executionProviders: string[];
  /** Training steps in one call of the session. */
  stepsPerCall: number;
  /** Weights to begin with instead of random ones, and its moments unless fresh ones are wanted. */
  base?: { path: string; freshMoments: boolean };
  /** Ends with a base for others instead of the weights alone. */
  keptState?: KeptState;
  /** Let the mixture follow the excess loss over a reference. */
  groupDro?: LocalGroupDro;
  /** Let the mixture follow how far each domain takes the targets. */
  alignment?: LocalAlignment;
  /** A checkpoint to go on from. */
  checkpointPath?: string;
  checkpointMs: number;
}

/** What a base says of itself beside the state of its training. */
export interface KeptState {
  tokenizer: BaseTokenizer;
  /** Tokens that it was trained on in all. */
  tokens: number;
}

export type TrainingMessage =
  | {
      type: "step";
      step: number;
      steps: number;
      tokens: number;
      /** Trained since the message before, here. */
      newTokens: number;
      loss: number;
      tokensPerSecond: number;
      secondsLeft: number;
    }
  | ({ type: "checkpoint" } & CheckpointFile);

/** The state of a training, to go on from. */
export interface CheckpointFile {
  file: Uint8Array;
  /** Steps that it has taken. */
  step: number;
  /** How long training stood still for it. */
  seconds: number;
}

/** What a training that was told to stop leaves, or the final weights as safetensors and the passes over each domain. */
export type TrainedProxy =
  | { stoppedAt: CheckpointFile }
  | {
      stoppedAt?: undefined;
      weights: Uint8Array;
      epochs: number[];
      /** Mean weights where they follow something; empty for other runs. */
      groupWeights: number[];
      seconds: number;
    };

const REPORT_MS = 1000;
/** The first report comes sooner: it shows that a run is alive, and how long it may take. */
const FIRST_REPORT_MS = 200;

/**
 * Trains a proxy, from its checkpoint if it has one. Ends early, with a last checkpoint, when it is told to stop.
 * @throws ServiceError wrongState LOSS_DIVERGED; RangeError for a mixture, token file or checkpoint that does not fit
 */
export async function trainProxy(task: TrainProxyTask, context: TaskContext<TrainingMessage>): Promise<TrainedProxy> {
  const started = performance.now();
  const { proxy, shape, checkpointMs } = task;
  const state = beginning(task);
  const session = {
    ...sessionOptionsFor(shape, proxy.batch / proxy.microBatches),
    executionProviders: task.executionProviders,
  };
  const data = await openTrainingData(task, state, session);
  /** A task that was told to stop ends at its next step, with a checkpoint, and not here. */
  const tell = (message: () => TrainingMessage) => {
    if (context.aborted()) return;
    const told = message();
    try {
      context.progress(told);
    } catch (error) {
      if (!context.aborted()) throw error;
    }
  };
  const report = reporter(data, state.step);
  let savedMs = performance.now();
  try {
    const { batch } = proxy;
    // The average is taken after every single step, and so may the mixture change.
    const stepsPerCall = proxy.averageDecay > 0 || task.groupDro || task.alignment ? 1 : task.stepsPerCall;
    const { microBatches } = proxy;
    const trainer = await context.measured("open training session", {}, () =>
      createTrainer({ shape, batch, state, microBatches, stepsPerCall, session }),
    );
    try {
      while (state.step < data.steps) {
        if (context.aborted()) return { stoppedAt: checkpointFile(shape, state) };
        const at = state.step;
        const batches = trainer.batches.slice(0, data.steps - at);
        for (const [k, { tokens, targets }] of batches.entries()) {
          await data.prepare(at + k);
          data.fill(at + k, tokens, targets);
        }
        const taken = await trainer.take(batches.map((_, k) => learningRateAt(proxy, at + k, data.steps)));
        expectFinite(taken, at, data.steps);
        if (proxy.averageDecay > 0) average(state, proxy.averageDecay);
        const nowMs = performance.now();
        const message = report(taken, state.step, nowMs);
        if (message) tell(() => message);
        if (nowMs - savedMs >= checkpointMs && state.step < data.steps) {
          tell(() => ({ type: "checkpoint", ...checkpointFile(shape, state) }));
          savedMs = nowMs;
        }
      }
    } finally {
      await trainer.close();
    }
  } finally {
    await data.close();
  }
  return {
    weights: weightsFile(task, state),
    epochs: data.epochs(),
    groupWeights: data.groupWeights() ?? [],
    seconds: (performance.now() - started) / 1000,
  };
}

/** The weights that are evaluated; with all that others need to go on from them, if that is wanted. */
function weightsFile({ shape, keptState }: TrainProxyTask, state: TrainingState): Uint8Array {
  const parameters = state.average ?? state.parameters;
  if (!keptState) return encodeWeights(shape, { parameters });
  return encodeBase(shape, { ...state, parameters }, keptState.tokenizer, keptState.tokens);
}

function checkpointFile(shape: ModelShape, state: TrainingState): CheckpointFile {
  const begunMs = performance.now();
  const file = encodeCheckpoint(shape, state);
  return { file, step: state.step, seconds: (performance.now() - begunMs) / 1000 };
}

/** Where a run goes on, or begins: its checkpoint, its base, or random weights. */
function beginning({ checkpointPath, base, seed, shape }: TrainProxyTask): TrainingState {
  if (checkpointPath) return decodeCheckpoint(shape, new Uint8Array(readFileSync(checkpointPath)));
  const state = initialState(shape, seed);
  if (!base) return state;
  return beginWithBase(shape, state, new Uint8Array(readFileSync(base.path)), base.freshMoments);
}

function expectFinite(taken: readonly StepResult[], before: number, steps: number): void {
  for (const [k, { loss }] of taken.entries()) {
    if (Number.isFinite(loss)) continue;
    const step = before + k + 1;
    const message = `the loss became ${loss} at step ${step} of ${steps}; a lower learning rate may help`;
    throw new ServiceError("wrongState", "LOSS_DIVERGED", message, { step: String(step) });
  }
}

/** Gathers losses, and says about once a second, and at the last step, how far training is. */
function reporter({ steps, batch, context }: Pick<TrainingData, "steps" | "batch" | "context">, firstStep: number) {
  const stepTokens = batch * context;
  let [reportedMs, reportedStep, afterMs] = [performance.now(), firstStep, FIRST_REPORT_MS];
  let [lossSum, lossCount] = [0, 0];
  return (taken: readonly StepResult[], step: number, nowMs: number): TrainingMessage | undefined => {
    for (const { loss } of taken) lossSum += loss;
    lossCount += taken.length;
    if (nowMs - reportedMs < afterMs && step !== steps) return undefined;
    const newTokens = (step - reportedStep) * stepTokens;
    const tokensPerSecond = (newTokens * 1000) / (nowMs - reportedMs);
    const secondsLeft = ((steps - step) * stepTokens) / tokensPerSecond;
    const loss = lossSum / lossCount;
    [reportedMs, reportedStep, afterMs, lossSum, lossCount] = [nowMs, step, REPORT_MS, 0, 0];
    return { type: "step", step, steps, tokens: step * stepTokens, newTokens, loss, tokensPerSecond, secondsLeft };
  };
}
