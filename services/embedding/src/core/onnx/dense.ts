/** A linear layer with an activation, as sentence-transformers' Dense module has it. */
export interface DenseLayer {
  /** (out, in), row by row. */
  weight: Float32Array;
  bias: Float32Array | undefined;
  activation: Activation;
}

export const ACTIVATIONS = {
  Identity: (x: number) => x,
  Tanh: Math.tanh,
  ReLU: (x: number) => Math.max(0, x),
  Sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
} as const;

export type Activation = keyof typeof ACTIVATIONS;

/** activation(W x + b). @throws Error if the layer is not made for vectors of this length */
export function applyDense({ weight, bias, activation }: DenseLayer, vector: Float64Array): Float64Array {
  const rows = weight.length / vector.length;
  if (!Number.isInteger(rows)) {
    throw new Error(
      `a Dense module has ${weight.length} weights, which does not fit vectors of ${vector.length} values`,
    );
  }
  return Float64Array.from({ length: rows }, (_, r) => {
    let sum = bias?.[r] ?? 0;
    for (let i = 0; i < vector.length; i++) sum += (weight[r * vector.length + i] as number) * (vector[i] as number);
    return ACTIVATIONS[activation](sum);
  });
}
