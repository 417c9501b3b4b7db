import type { SparseRows } from "../sparse.js";

/** Columns of a tall matrix that one task works on. Eight sums fit in registers, and a slice of 30,000 terms in cache. */
export const SLICE = 8;

/**
 * Everything the steps of a decomposition share, in memory that worker threads see at once. A tall matrix (terms × width)
 * is kept as slices of eight columns: entry (t, c) is at ((c div 8) · terms + t) · 8 + c mod 8.
 */
export interface SvdState {
  matrix: SparseRows;
  terms: number;
  /** Columns of the tall matrices, a multiple of 8. */
  width: number;
  /** Orthonormal (or zero) columns. */
  basis: Float64Array;
  /** AᵀA times the basis. */
  image: Float64Array;
  /** width × width, row-major: Gram or Rayleigh matrix. */
  gram: Float64Array;
  /** width × width, row-major: what `combine` multiplies by. */
  coefficients: Float64Array;
  /** Eigenvalues of the Rayleigh matrix, descending: the squared singular values. */
  eigenvalues: Float64Array;
  seed: number;
}

/**
 * A step small enough for one thread. Tasks of one round touch disjoint memory and each one sums in a fixed order, so the
 * bits of the result do not depend on how many threads share the round.
 */
export type SvdTask =
  | { kind: "start"; slice: number }
  /** image[slice] = Aᵀ (A basis[slice]) */
  | { kind: "apply"; slice: number }
  /** gram[·, slice] = leftᵀ image[slice], left = image or basis */
  | { kind: "gram"; slice: number; left: "image" | "basis" }
  /** coefficients = R⁻¹ with RᵀR = gram */
  | { kind: "whiten" }
  /** coefficients = eigenvectors of gram */
  | { kind: "eigen" }
  /** target[slice] = source · coefficients[·, slice] */
  | { kind: "combine"; slice: number; from: "image" | "basis" };

/** The state before the first product: random directions of the seed. */
export function createSvdState(matrix: SparseRows, width: number, seed: number): SvdState {
  const slices = Math.ceil(width / SLICE);
  const padded = slices * SLICE;
  const shared = (length: number) => new Float64Array(new SharedArrayBuffer(length * 8));
  return {
    matrix,
    terms: matrix.cols,
    width: padded,
    basis: shared(matrix.cols * padded),
    image: shared(matrix.cols * padded),
    gram: shared(padded * padded),
    coefficients: shared(padded * padded),
    eigenvalues: shared(padded),
    seed,
  };
}

/** A view of one slice of a tall matrix: terms × 8, row-major. */
export function sliceOf(state: SvdState, tall: Float64Array, slice: number): Float64Array {
  const length = state.terms * SLICE;
  return tall.subarray(slice * length, (slice + 1) * length);
}
