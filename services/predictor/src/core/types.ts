import type { Matrix } from "@climb/numeric";
import type { Transforms } from "./transforms.js";

/** What a model may look at: one row per mixture. */
export interface Inputs {
  /** Parameters of the proxy of each row; unset where all are of one size, or of the size that is predicted for. */
  capacities?: Float64Array;
  /** rows × domains, each row on the simplex. */
  weights: Matrix;
  /** rows × features, the training-free columns of one target (0 columns when there are none). */
  features: Matrix;
  /** Of the weights, where several models or targets look at the same ones. */
  transforms?: Transforms;
}

/** The rows of one target: inputs and the measured loss (lower is better) of each. */
export interface Table extends Inputs {
  values: Float64Array;
  /** Parameters of the model that is predicted for; the largest proxy's when not given. */
  targetCapacity?: number;
  /** Weights from which on each domain repeats within a run; unset where nobody knows. */
  onset?: Float64Array;
}

/** Rows of a table, in the given order. */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
  const { capacities, targetCapacity, onset } = table;
  return {
    ...(capacities && { capacities: Float64Array.from(rows, (r) => capacities[r] as number) }),
    ...(targetCapacity !== undefined && { targetCapacity }),
    ...(onset && { onset }),
    weights: pick(table.weights, rows),
    features: pick(table.features, rows),
    values: Float64Array.from(rows, (r) => table.values[r] as number),
  };
}

function pick(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const data = new Float64Array(rows.length * matrix.cols);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * matrix.cols;
    data.set(matrix.data.subarray(from, from + matrix.cols), i * matrix.cols);
  }
  return { rows: rows.length, cols: matrix.cols, data };
}
