/** The attributes of each operation. */
export interface OpTypes {
  /** Fed from outside. */
  input: { name: string };
  /** Fixed values. */
  constant: { data: Float32Array | Int32Array };
  add: object;
  subtract: object;
  multiply: object;
  divide: object;
  negate: object;
  square: object;
  sqrt: object;
  relu: object;
  /** Sign: −1, 0 or 1. Its gradient is none. */
  step: object;
  sigmoid: object;
  /** Over the last axis. */
  softmax: object;
  /** Two matrices, each possibly transposed, times `scale`: one Gemm. */
  matmul: { transposeA: boolean; transposeB: boolean; scale: number };
  /** The last two axes of equally shaped leading axes. */
  batchMatmul: object;
  /**
   * softmax(scores) · values for each group (sequence and head), from [scores (groups, n, m), their softmax, values (m,
   * groups, d)] to (n, groups, d): the gradient of both together is shorter.
   */
  attend: object;
  reshape: object;
  transpose: { permutation: readonly number[] };
  /** Over the last axis, which stays with size 1. */
  sumLast: object;
  /** Over everything; a scalar of shape []. */
  sumAll: object;
  /** Rows of a table: (V, d) and indices (N) give (N, d). */
  gatherRows: object;
  /** Adds rows (N, d) into zeros (V, d) at indices (N): the adjoint of gatherRows. */
  scatterRows: object;
  /** One entry of each row: (N, V) and indices (N) give (N, 1). */
  pick: object;
  /**
   * Rotary positions on rows (context · batch, width), row t · batch + b being position t: in each head of `headWidth`,
   * entries i and i + headWidth / 2 turn by t · base^(−2i / headWidth). Backwards is its inverse and its adjoint. Portable
   * is slower and asks for no operator of ONNX Runtime's own.
   */
  rotary: { context: number; headWidth: number; base: number; backwards: boolean; portable?: boolean };
  /** max(x, 0)², from [x, relu(x)]: the second is what both the value and the gradient are made of. */
  squaredRelu: object;
  /** x / rms over the last axis, from [x, rms(x)] with the rms as a column: the gradient is that of both together. */
  rmsNorm: object;
  /**
   * Mean cross-entropy of softmax(h Eᵀ) at targets, from [probabilities (N, V), h (N, d), E (V, d), targets (N)]. The
   * probabilities are an input only so that they are computed once; the gradient goes to h and E directly, so that
   * no (N, V) gradient is ever built.
   */
  crossEntropy: object;
  log: object;
}

export type OpName = keyof OpTypes;
