import type { Inputs } from "../types.js";

/**
 * Column by column the sorted cut points; a value falls in bin = number of cuts below it, so bin ≤ b means value ≤
 * cuts[b].
 */
export interface Binning {
  cuts: number[][];
}

/**
 * Cuts every column (weights, then features) at the midpoints of its distinct values; where a column has more than
 * `maxBins`
 * of them, neighbours are pooled into bins of about equal row counts. At most 255 bins, so that a bin fits a byte.
 */
export function makeBinning(inputs: Inputs, maxBins: number): Binning {
  const columns = inputs.weights.cols + inputs.features.cols;
  return { cuts: Array.from({ length: columns }, (_, column) => cutColumn(columnOf(inputs, column), maxBins)) };
}

/** Bins of every row, column-major: entry column × rows + row. */
export function binInputs(binning: Binning, inputs: Pick<Inputs, "weights" | "features">): Uint8Array {
  const rows = inputs.weights.rows;
  const bins = new Uint8Array(binning.cuts.length * rows);
  binning.cuts.forEach((cuts, column) => {
    const [matrix, local] =
      column < inputs.weights.cols ? [inputs.weights, column] : [inputs.features, column - inputs.weights.cols];
    for (let r = 0; r < rows; r++)
      bins[column * rows + r] = binOf(cuts, matrix.data[r * matrix.cols + local] as number);
  });
  return bins;
}

/** Whether two binnings give equal bins. */
export function sameBinning(a: Binning, b: Binning): boolean {
  if (a === b || a.cuts === b.cuts) return true;
  const same = (x: readonly number[], y: readonly number[]) =>
    x.length === y.length && x.every((cut, i) => cut === y[i]);
  return a.cuts.length === b.cuts.length && a.cuts.every((cuts, column) => same(cuts, b.cuts[column] as number[]));
}

function columnOf(inputs: Inputs, column: number): Float64Array {
  const [matrix, local] =
    column < inputs.weights.cols ? [inputs.weights, column] : [inputs.features, column - inputs.weights.cols];
  return Float64Array.from({ length: matrix.rows }, (_, r) => matrix.data[r * matrix.cols + local] as number);
}

function cutColumn(values: Float64Array, maxBins: number): number[] {
  const sorted = values.sort();
  const distinct: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (distinct.length > 0 && value === distinct[distinct.length - 1])
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  const cuts: number[] = [];
  let [inBin, rowsLeft, binsLeft] = [0, sorted.length, Math.min(maxBins, 255)];
  for (let i = 0; i + 1 < distinct.length; i++) {
    inBin += counts[i] as number;
    const everyValueFits = distinct.length - i <= binsLeft;
    if (!everyValueFits && inBin < rowsLeft / binsLeft) continue;
    if (binsLeft === 1) break;
    cuts.push(((distinct[i] as number) + (distinct[i + 1] as number)) / 2);
    rowsLeft -= inBin;
    binsLeft--;
    inBin = 0;
  }
  return cuts;
}

/** Number of cuts strictly below the value, by bisection. */
function binOf(cuts: readonly number[], value: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (cuts[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
