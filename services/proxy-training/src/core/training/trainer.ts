import { openSession, type SessionOptions, Tensor } from "@climb/onnx";
import type { ModelShape } from "../model/shape.js";
import { createAccumulatingTrainer } from "./accumulating-trainer.js";
import type { TrainingState } from "./state.js";
import { buildTrainingStep } from "./step-graph.js";
import { batchTensors, updateTensors } from "./tensors.js";

/** Takes training steps on a state, in place; one at a time. */
export interface Trainer {
  /** (context · batch) token ids, first those at position 0 of every sequence; fill before each step. */
  readonly tokens: Int32Array;
  /** (context · batch) ids of the tokens that follow. */
  readonly targets: Int32Array;
  /** One step at a learning rate; returns the mean loss before it (nats a token) and the gradient's norm. */
  step(learningRate: number): Promise<{ loss: number; gradientNorm: number }>;
  readonly state: TrainingState;
  close(): Promise<void>;
}

export interface TrainerOptions {
  shape: ModelShape;
  /** Sequences a step. */
  batch: number;
  /** Parts that a batch is worked through in; default 1. */
  microBatches?: number;
  state: TrainingState;
  session?: SessionOptions;
}

/** Above so many bytes of logits the memory arena is left out: it keeps the most that was ever needed, several times over. */
const ARENA_LOGIT_BYTES = 64 * 2 ** 20;

/** How a training session is opened on the CPU: with a memory arena where that costs little memory. */
export function sessionOptionsFor({ context, vocabulary }: ModelShape, batch: number): SessionOptions {
  return { memoryArena: batch * context * vocabulary * 4 <= ARENA_LOGIT_BYTES };
}

/** Opens a trainer on a state, which it changes from then on. Several micro-batches need less memory and more time. */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  return (options.microBatches ?? 1) > 1 ? createAccumulatingTrainer(options) : createWholeTrainer(options);
}

async function createWholeTrainer({ shape, batch, state, session: settings }: TrainerOptions): Promise<Trainer> {
  const session = await openSession(buildTrainingStep(shape, batch), settings);
  const { tokens, targets, feeds } = batchTensors(shape, batch);
  const update = updateTensors(shape, state);
  const loss = new Float32Array(1);
  Object.assign(feeds, update.feeds);
  const fetches = { ...update.fetches, loss: new Tensor("float32", loss, []) };
  return {
    tokens,
    targets,
    state,
    async step(learningRate) {
      update.prepare(learningRate);
      await session.run(feeds, fetches);
      state.step++;
      return { loss: loss[0] as number, gradientNorm: update.gradientNorm[0] as number };
    },
    close: () => session.release(),
  };
}
