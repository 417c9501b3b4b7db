/** The shape of a decoder. */
export interface ModelShape {
  /** Entries of the vocabulary. */
  vocabulary: number;
  /** Width of the residual stream. */
  width: number;
  layers: number;
  /** Must divide the width into an even number. */
  heads: number;
  /** Tokens of context. */
  context: number;
  /** Share the embedding with the output head. */
  tied: boolean;
  /** What stands between the two products of a block's second half; default squared ReLU. */
  activation?: Activation;
}

/** max(x, 0)² of one product (arXiv 2109.08668), or silu(x) · y of two (arXiv 2002.05202). */
export type Activation = "squared-relu" | "swiglu";

/**
 * Width between the products of a block's second half: four times the model's, or for SwiGLU, which has a third product,
 * two thirds of that, rounded up to a multiple of 64.
 */
export function hiddenWidth({ width, activation }: ModelShape): number {
  return activation === "swiglu" ? 64 * Math.ceil((8 * width) / 3 / 64) : 4 * width;
}

/** The tensors of a decoder in a fixed order, with the standard deviation they start with (0.02, as GPT-2). */
export function parameterSpecs(shape: ModelShape): { name: string; shape: [number, number]; deviation: number }[] {
  const { vocabulary, width, layers, tied } = shape;
  const start = 0.02;
  // Writes into the residual stream start smaller, so that its variance does not grow with depth (GPT-2, section 2.3).
  const residual = start / Math.sqrt(2 * layers);
  const hidden = hiddenWidth(shape);
  const block = (i: number) => [
    { name: `blocks.${i}.attention.query`, shape: [width, width] as [number, number], deviation: start },
    { name: `blocks.${i}.attention.key`, shape: [width, width] as [number, number], deviation: start },
    { name: `blocks.${i}.attention.value`, shape: [width, width] as [number, number], deviation: start },
    { name: `blocks.${i}.attention.out`, shape: [width, width] as [number, number], deviation: residual },
    ...(shape.activation === "swiglu"
      ? [{ name: `blocks.${i}.mlp.gate`, shape: [width, hidden] as [number, number], deviation: start }]
      : []),
    { name: `blocks.${i}.mlp.in`, shape: [width, hidden] as [number, number], deviation: start },
    { name: `blocks.${i}.mlp.out`, shape: [hidden, width] as [number, number], deviation: residual },
  ];
  return [
    { name: "embedding", shape: [vocabulary, width], deviation: start },
    ...Array.from({ length: layers }, (_, i) => block(i)).flat(),
    ...(tied ? [] : [{ name: "head", shape: [vocabulary, width] as [number, number], deviation: start }]),
  ];
}

/** Parameters of a model, all tensors together. */
export function parameterCount(shape: ModelShape): number {
  return parameterSpecs(shape).reduce((total, { shape: [rows, cols] }) => total + rows * cols, 0);
}

/**
 * Floating-point operations of training for each token: six for every parameter that a token is multiplied with, which an
 * embedding is not, and the products of attention, of which nothing is saved by the causal mask (arXiv 2204.02311, appendix B).
 */
export function trainingFlopsPerToken(shape: ModelShape): number {
  const { vocabulary, width, layers, context, tied } = shape;
  const multiplied = parameterCount(shape) - (tied ? 0 : vocabulary * width);
  return 6 * multiplied + 12 * layers * context * width;
}
