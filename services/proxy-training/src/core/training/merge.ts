import { type ModelShape, parameterSpecs } from "../model/shape.js";

/** A model's parameters by name, and how much it counts. */
export interface MergePart {
  parameters: ReadonlyMap<string, Float32Array>;
  weight: number;
}

/**
 * Σ w·θ of models of one shape, parameter by parameter (linear merging, arXiv 2602.00747 section 3), in double precision and
 * in the order given, one model in memory at a time.
 * @param parts weights that sum to 1
 */
export function mergeModels(shape: ModelShape, parts: Iterable<MergePart>): Map<string, Float32Array> {
  const specs = parameterSpecs(shape);
  const sums = new Map(specs.map(({ name, shape: [rows, columns] }) => [name, new Float64Array(rows * columns)]));
  for (const { parameters, weight } of parts) {
    for (const [name, sum] of sums) {
      const values = parameters.get(name) as Float32Array;
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (values[i] as number);
    }
  }
  return new Map([...sums].map(([name, sum]) => [name, Float32Array.from(sum)]));
}
