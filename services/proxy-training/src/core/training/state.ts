import { seeded } from "@climb/numeric";
import { type ModelShape, parameterSpecs } from "../model/shape.js";

/** Everything that a training run is at some step. */
export interface TrainingState {
  /** Steps done. */
  step: number;
  parameters: Map<string, Float32Array>;
  /** First and second moments of AdamW, by parameter. */
  first: Map<string, Float32Array>;
  second: Map<string, Float32Array>;
}

/** The state before the first step; each tensor has a random stream of its own, named by the tensor. */
export function initialState(shape: ModelShape, seed: number): TrainingState {
  const specs = parameterSpecs(shape);
  const zeros = () => new Map(specs.map(({ name, shape: [rows, cols] }) => [name, new Float32Array(rows * cols)]));
  const parameters = new Map(
    specs.map(({ name, shape: [rows, cols], deviation }) => {
      const random = seeded(seed).child("parameter", name);
      return [name, Float32Array.from({ length: rows * cols }, () => deviation * random.normal())];
    }),
  );
  return { step: 0, parameters, first: zeros(), second: zeros() };
}
