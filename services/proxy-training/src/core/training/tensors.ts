import { Tensor } from "@climb/onnx";
import { type ModelShape, parameterSpecs } from "../model/shape.js";
import type { TrainingState } from "./state.js";
import { biasCorrections } from "./step-graph.js";

type Tensors = Record<string, Tensor>;

/** The memory of a batch: (context · batch) ids, first those at position 0 of every sequence. */
export function batchTensors({ context }: ModelShape, batch: number) {
  const positions = batch * context;
  const [tokens, targets] = [new Int32Array(positions), new Int32Array(positions)];
  return {
    tokens,
    targets,
    tokenTensor: new Tensor("int32", tokens, [positions]),
    targetTensor: new Tensor("int32", targets, [positions]),
  };
}

/** The numbers of the k-th step of a model: what it is fed, and the gradient's norm that it answers. */
export function stepTensors(k: number) {
  const scalars = {
    learningRate: new Float32Array(1),
    correction1: new Float32Array(1),
    correction2: new Float32Array(1),
  };
  const gradientNorm = new Float32Array(1);
  const feeds: Tensors = {};
  for (const [name, data] of Object.entries(scalars)) feeds[`${name}.${k}`] = new Tensor("float32", data, []);
  return {
    feeds,
    fetches: { [`gradientNorm.${k}`]: new Tensor("float32", gradientNorm, []) } as Tensors,
    gradientNorm,
    /** Sets the numbers; `time` counts steps from 1. */
    prepare(learningRate: number, time: number) {
      scalars.learningRate[0] = learningRate;
      [scalars.correction1[0], scalars.correction2[0]] = biasCorrections(time);
    },
  };
}

/** The state as it is fed and fetched: the same memory, so that it changes in place. */
export function stateTensors(shape: ModelShape, state: TrainingState) {
  const feeds: Tensors = {};
  const fetches: Tensors = {};
  for (const [prefix, values] of [
    ["", state.parameters],
    ["first.", state.first],
    ["second.", state.second],
  ] as const) {
    for (const [name, tensor] of parameterTensors(shape, prefix, values)) {
      // See adamw in step-graph.ts for why this is safe.
      feeds[name] = tensor;
      fetches[`next.${name}`] = tensor;
    }
  }
  return { feeds, fetches };
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
