import type { SparseRows } from "../sparse.js";
import { openDense } from "./dense.js";
import { blocksOf, createSvdState, SLICE, type SvdState, type SvdTask } from "./state.js";
import { runSvdTask } from "./tasks.js";

/** Does the tasks of one round, in any order or at once, and resolves when all are done. */
export type SvdRunner = (state: SvdState, tasks: SvdTask[]) => Promise<void>;

export interface SvdOptions {
  /** Right singular vectors wanted; fewer come back if the matrix has not that many rows or columns. */
  dimensions: number;
  /** Columns of the range finder beyond `dimensions`. */
  oversample: number;
  /** Applications of AᵀA before the last one, at least 1. */
  iterations: number;
  seed: number;
}

export interface TruncatedSvd {
  dimensions: number;
  /** Right singular vectors: cols × dimensions, row-major; the largest entry of each is positive. */
  components: Float32Array;
  /** Descending. */
  singularValues: Float64Array;
}

/**
 * The leading right singular vectors of a sparse matrix: randomised range finding with power iterations, orthonormalised
 * each time (Halko, Martinsson and Tropp 2011, algorithm 4.4, on the column space), then Rayleigh-Ritz on AᵀA.
 * A · components are the coordinates that scikit-learn's TruncatedSVD.transform gives.
 * @throws RangeError if the matrix has no rows or no columns
 */
export async function truncatedSvd(
  matrix: SparseRows,
  options: SvdOptions,
  run: SvdRunner = runHere,
): Promise<TruncatedSvd> {
  return readSvd(await decompose(matrix, options, run), options.dimensions);
}

/** The rounds of {@link truncatedSvd}; what they found is in the state. */
export async function decompose(matrix: SparseRows, options: SvdOptions, run: SvdRunner): Promise<SvdState> {
  const rank = Math.min(matrix.rows, matrix.cols);
  if (rank === 0) throw new RangeError(`cannot decompose a matrix of ${matrix.rows} rows and ${matrix.cols} columns`);
  const state = createSvdState(matrix, Math.min(options.dimensions + options.oversample, rank), options.seed);
  const each = (count: number, task: (index: number) => SvdTask) =>
    run(
      state,
      Array.from({ length: count }, (_, index) => task(index)),
    );
  const [slices, blocks] = [state.width / SLICE, blocksOf(state.terms)];

  // Random directions are nearly orthogonal, so the first product needs no other basis.
  await each(slices, (slice) => ({ kind: "start", slice }));
  await each(slices, (slice) => ({ kind: "apply", slice }));
  for (let i = 0; i < options.iterations; i++) {
    await each(blocks, (block) => ({ kind: "gram", block, left: "image" }));
    await run(state, [{ kind: "whiten" }]);
    await each(blocks, (block) => ({ kind: "combine", block, from: "image" }));
    await each(slices, (slice) => ({ kind: "apply", slice }));
  }
  await each(blocks, (block) => ({ kind: "gram", block, left: "basis" }));
  await run(state, [{ kind: "eigen" }]);
  await each(blocks, (block) => ({ kind: "combine", block, from: "basis" }));
  return state;
}

/** What a finished state holds, with at most `wanted` dimensions. */
export function readSvd(state: SvdState, wanted: number): TruncatedSvd {
  const dimensions = Math.min(wanted, state.matrix.rows, state.matrix.cols);
  return {
    dimensions,
    components: components(state, dimensions),
    singularValues: state.eigenvalues.slice(0, dimensions).map((value) => Math.sqrt(Math.max(value, 0))),
  };
}

/** All tasks one after another in this thread. */
export const runHere: SvdRunner = async (state, tasks) => {
  const dense = await openDense();
  for (const task of tasks) await runSvdTask(state, task, dense);
};

function components(state: SvdState, dimensions: number): Float32Array {
  const { terms, image } = state;
  const result = new Float32Array(terms * dimensions);
  for (let c = 0; c < dimensions; c++) {
    const first = Math.floor(c / SLICE) * terms * SLICE + (c % SLICE);
    let extreme = 0;
    for (let t = 0; t < terms; t++) {
      const value = image[first + t * SLICE] as number;
      if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    }
    // The sign of a singular vector is free; fixing it keeps vectors comparable between fits.
    const sign = extreme < 0 ? -1 : 1;
    for (let t = 0; t < terms; t++) result[t * dimensions + c] = sign * (image[first + t * SLICE] as number);
  }
  return result;
}
