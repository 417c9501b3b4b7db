import type { SparseRows } from "../sparse.js";

/** Columns of a tall matrix that one task works on. Eight sums fit in registers, and a slice of 30,000 terms in cache. */
export const SLICE = 8;
/** Rows of a tall matrix that one dense product takes. Fixed, because it decides in which order sums are added up. */
const BLOCK_ROWS = 1024;

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
  /** Blocks × width × width, row-major: the Gram or Rayleigh matrix of each block of rows, to be added up. */
  grams: Float64Array;
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
  /** grams[block] = left[block]ᵀ image[block], left = image or basis */
  | { kind: "gram"; block: number; left: "image" | "basis" }
  /** coefficients = R⁻¹ with RᵀR = the sum of grams */
  | { kind: "whiten" }
  /** coefficients = eigenvectors of the sum of grams */
  | { kind: "eigen" }
  /** target[block] = source[block] · coefficients */
  | { kind: "combine"; block: number; from: "image" | "basis" };

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
    grams: shared(blocksOf(matrix.cols) * padded * padded),
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

/** How many blocks of rows a tall matrix of so many terms has. */
export function blocksOf(terms: number): number {
  return Math.ceil(terms / BLOCK_ROWS);
}

/** A copy of a block of rows: rows × width, row-major. */
export function gatherBlock({ terms, width }: SvdState, tall: Float64Array, block: number): Float64Array {
  const first = block * BLOCK_ROWS;
  const rows = Math.min(BLOCK_ROWS, terms - first);
  const gathered = new Float64Array(rows * width);
  for (let slice = 0; slice * SLICE < width; slice++) {
    const from = (slice * terms + first) * SLICE;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < SLICE; c++) {
        gathered[r * width + slice * SLICE + c] = tall[from + r * SLICE + c] as number;
      }
    }
  }
  return gathered;
}

/** Puts back what {@link gatherBlock} took out. */
export function scatterBlock({ terms, width }: SvdState, tall: Float64Array, block: number, rows: Float64Array): void {
  const first = block * BLOCK_ROWS;
  for (let slice = 0; slice * SLICE < width; slice++) {
    const to = (slice * terms + first) * SLICE;
    for (let r = 0; r * width < rows.length; r++) {
      for (let c = 0; c < SLICE; c++) {
        tall[to + r * SLICE + c] = rows[r * width + slice * SLICE + c] as number;
      }
    }
  }
}
