import { seeded } from "@climb/numeric";
import type { GroupState } from "../groups/group-weights.js";
import { type ModelShape, parameterSpecs } from "../model/shape.js";

/** Everything that a training run is at some step. */
export interface TrainingState {
  /** Steps done. */
  step: number;
  /** Steps that the moments had behind them when the run began, with the moments of a base; unset without. */
  stepsBefore?: number;
  parameters: Map<string, Float32Array>;
  /** First and second moments of AdamW, by parameter. */
  first: Map<string, Float32Array>;
  second: Map<string, Float32Array>;
  /** The parameters averaged over steps; unset in a run that does not average. */
  average?: Map<string, Float32Array>;
  /** Of Group DRO; unset in other runs. */
  groups?: GroupState;
}

/** Steps that the moments have seen: those of the run, and of its base. */
export function stepsSoFar({ step, stepsBefore = 0 }: Pick<TrainingState, "step" | "stepsBefore">): number {
  return stepsBefore + step;
}

/**
 * Takes the parameters after a step into their average: the mean of all steps until there are 1 / (1 − decay), from then
 * on an exponential one.
 */
export function average(state: TrainingState, decay: number): void {
  state.average ??= new Map([...state.parameters].map(([name, values]) => [name, new Float32Array(values.length)]));
  const share = 1 - Math.min(decay, (state.step - 1) / state.step);
  for (const [name, values] of state.parameters) {
    const mean = state.average.get(name) as Float32Array;
    for (let i = 0; i < mean.length; i++) {
      const before = mean[i] as number;
      mean[i] = before + share * ((values[i] as number) - before);
    }
  }
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
