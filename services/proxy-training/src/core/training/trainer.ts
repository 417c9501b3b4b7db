import { type InferenceSession, openSession, type SessionOptions, Tensor } from "@climb/onnx";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { TrainingState } from "./state.js";
import { ADAMW, buildTrainingStep } from "./step-graph.js";

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

/** Above so many bytes of logits the memory arena is left out: it keeps the most that was ever needed, several times over. */
const ARENA_LOGIT_BYTES = 64 * 2 ** 20;

/** How a training session is opened on the CPU: with a memory arena where that costs little memory. */
export function sessionOptionsFor({ context, vocabulary }: ModelShape, batch: number): SessionOptions {
  return { memoryArena: batch * context * vocabulary * 4 <= ARENA_LOGIT_BYTES };
}

/** Opens a trainer on a state, which it changes from then on. */
export async function createTrainer(options: {
  shape: ModelShape;
  batch: number;
  state: TrainingState;
  session?: SessionOptions;
}): Promise<Trainer> {
  const { shape, batch, state } = options;
  const session: InferenceSession = await openSession(buildTrainingStep(shape, batch), options.session);
  const positions = batch * shape.context;
  const [tokens, targets] = [new Int32Array(positions), new Int32Array(positions)];
  const scalars = {
    learningRate: new Float32Array(1),
    correction1: new Float32Array(1),
    correction2: new Float32Array(1),
  };
  const results = { loss: new Float32Array(1), gradientNorm: new Float32Array(1) };

  const feeds: Record<string, Tensor> = {
    tokens: new Tensor("int32", tokens, [positions]),
    targets: new Tensor("int32", targets, [positions]),
  };
  const fetches: Record<string, Tensor> = {};
  for (const [name, data] of Object.entries(scalars)) feeds[name] = new Tensor("float32", data, []);
  for (const [name, data] of Object.entries(results)) fetches[name] = new Tensor("float32", data, []);
  for (const { name, shape: size } of parameterSpecs(shape)) {
    for (const [prefix, values] of [
      ["", state.parameters],
      ["first.", state.first],
      ["second.", state.second],
    ] as const) {
      // The same memory is fed and fetched: the state changes in place (see buildTrainingStep for why this is safe).
      const tensor = new Tensor("float32", values.get(name) as Float32Array, size);
      feeds[prefix + name] = tensor;
      fetches[`next.${prefix}${name}`] = tensor;
    }
  }
  return {
    tokens,
    targets,
    state,
    async step(learningRate) {
      const time = state.step + 1;
      scalars.learningRate[0] = learningRate;
      scalars.correction1[0] = 1 / (1 - ADAMW.beta1 ** time);
      scalars.correction2[0] = 1 / (1 - ADAMW.beta2 ** time);
      await session.run(feeds, fetches);
      state.step = time;
      return { loss: results.loss[0] as number, gradientNorm: results.gradientNorm[0] as number };
    },
    close: () => session.release(),
  };
}
