import type { SessionOptions } from "@climb/onnx";
import type { ModelShape } from "../model/shape.js";
import type { TrainingState } from "./state.js";

/** The memory of a batch, to be filled before each step. */
export interface Batch {
  /** (context · batch) token ids, first those at position 0 of every sequence. */
  readonly tokens: Int32Array;
  /** (context · batch) ids of the tokens that follow. */
  readonly targets: Int32Array;
}

export interface StepResult {
  /** Mean loss before the step, nats a token. */
  loss: number;
  /** Norm of the whole gradient, before clipping. */
  gradientNorm: number;
}

/** Takes training steps on a state, in place; one call at a time. */
export interface Trainer {
  /** As many as one call takes steps at most. */
  readonly batches: readonly Batch[];
  /** Steps with the first batches, one for each learning rate. */
  take(learningRates: readonly number[]): Promise<StepResult[]>;
  readonly state: TrainingState;
  close(): Promise<void>;
}

export interface TrainerOptions {
  shape: ModelShape;
  /** Sequences a step. */
  batch: number;
  /** Parts that a batch is worked through in; default 1. */
  microBatches?: number;
  /** Steps that one run of the session takes, with whole batches; default 1. */
  stepsPerCall?: number;
  state: TrainingState;
  session?: SessionOptions;
}
