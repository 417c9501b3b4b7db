import { Tensor } from "@climb/onnx";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { TrainingState } from "./state.js";
import { ADAMW } from "./step-graph.js";

type Tensors = Record<string, Tensor>;

/** The memory of a batch: (context · batch) ids, first those at position 0 of every sequence. */
export function batchTensors({ context }: ModelShape, batch: number) {
  const positions = batch * context;
  const [tokens, targets] = [new Int32Array(positions), new Int32Array(positions)];
  const feeds: Tensors = {
    tokens: new Tensor("int32", tokens, [positions]),
    targets: new Tensor("int32", targets, [positions]),
  };
  return { tokens, targets, feeds };
}

/** What an update is fed and answers. The same memory is fed and fetched: the state changes in place. */
export function updateTensors(shape: ModelShape, state: TrainingState) {
  const scalars = {
    learningRate: new Float32Array(1),
    correction1: new Float32Array(1),
    correction2: new Float32Array(1),
  };
  const gradientNorm = new Float32Array(1);
  const feeds: Tensors = {};
  const fetches: Tensors = { gradientNorm: new Tensor("float32", gradientNorm, []) };
  for (const [name, data] of Object.entries(scalars)) feeds[name] = new Tensor("float32", data, []);
  for (const [prefix, values] of [
    ["", state.parameters],
    ["first.", state.first],
    ["second.", state.second],
  ] as const) {
    for (const [name, tensor] of parameterTensors(shape, prefix, values)) {
      // See buildTrainingStep for why this is safe.
      feeds[name] = tensor;
      fetches[`next.${name}`] = tensor;
    }
  }
  return {
    feeds,
    fetches,
    gradientNorm,
    /** Sets the numbers of the step that follows. */
    prepare(learningRate: number) {
      const time = state.step + 1;
      scalars.learningRate[0] = learningRate;
      scalars.correction1[0] = 1 / (1 - ADAMW.beta1 ** time);
      scalars.correction2[0] = 1 / (1 - ADAMW.beta2 ** time);
    },
  };
}

/** A value for each parameter as tensors, named with a prefix. */
export function parameterTensors(
  shape: ModelShape,
  prefix: string,
  values: Map<string, Float32Array>,
): [name: string, tensor: Tensor][] {
  return parameterSpecs(shape).map(({ name, shape: size }) => [
    prefix + name,
    new Tensor("float32", values.get(name) as Float32Array, size),
  ]);
}
