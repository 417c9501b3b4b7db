import { studentTQuantile } from "@climb/numeric";
import type { Folds } from "./folds.js";

/** The nominal coverage of every interval. */
export const intervalCoverage = 0.9;

/** How wide an interval is, given how much the models of the folds disagree. */
export interface Calibration {
  /** Root mean square of the held-out residuals. */
  residual: number;
  /** Standard deviation of repeated runs, 0 if unknown: no interval for a run is narrower than it allows. */
  noise: number;
  /** Half-width = quantile · √(residual² + spread²), and the transfer error. */
  quantile: number;
  /** What predicting for another size adds on each side, see transfer.ts; unset where all rows are of one size. */
  transfer?: number;
}

/**
 * Split-conformal calibration with normalised scores (Lei et al., Distribution-free predictive inference for
 * regression, 2018,
 * section 5.2; folds as in Barber et al., Predictive inference with the jackknife+, 2021): the score of a row is its
 * held-out
 * residual over √(residual² + spread²), and the quantile is the ⌈(n + 1)·0.9⌉-th score. With fewer than nine rows that
 * order
 * statistic does not exist: the largest score, or Student's t if greater.
 * @param spread disagreement of the fold models at each row
 */
export function calibrate(
  actual: Float64Array,
  outOfFold: Float64Array,
  spread: Float64Array,
  noise: number,
): Calibration {
  const residual = rootMeanSquare(actual, outOfFold);
  return { residual, noise, quantile: scoreQuantile(scores(actual, outOfFold, spread, residual)) };
}

/** Half the width of the 90 % interval for one new run. */
export function halfWidth(calibration: Calibration, spread: number): number {
  const measured = Math.max(
    calibration.quantile * Math.hypot(calibration.residual, spread),
    1.6449 * calibration.noise,
  );
  return measured + (calibration.transfer ?? 0);
}

/** Standard deviation of the expected value, that is without the noise of a single run. */
export function epistemic(calibration: Calibration, spread: number): number {
  return Math.hypot(spread, Math.sqrt(Math.max(0, calibration.residual ** 2 - calibration.noise ** 2)));
}

/**
 * Share of rows inside their interval when the quantile is taken from the other folds. NaN if there is one fold only.
 */
export function crossCoverage(
  actual: Float64Array,
  outOfFold: Float64Array,
  spread: Float64Array,
  noise: number,
  folds: Folds,
): number {
  const residual = rootMeanSquare(actual, outOfFold);
  const all = scores(actual, outOfFold, spread, residual);
  let inside = 0;
  folds.heldOut.forEach((rows, k) => {
    const quantile = scoreQuantile(Float64Array.from(folds.trained[k] as Int32Array, (r) => all[r] as number));
    for (const r of rows) {
      const width = halfWidth({ residual, noise, quantile }, spread[r] as number);
      if (Math.abs((actual[r] as number) - (outOfFold[r] as number)) <= width) inside++;
    }
  });
  return inside / actual.length;
}

function scores(actual: Float64Array, outOfFold: Float64Array, spread: Float64Array, residual: number): Float64Array {
  return actual.map((value, i) => {
    const scale = Math.hypot(residual, spread[i] as number);
    return scale > 0 ? Math.abs(value - (outOfFold[i] as number)) / scale : 0;
  });
}

function scoreQuantile(values: Float64Array): number {
  const n = values.length;
  const sorted = values.slice().sort();
  const position = Math.ceil((n + 1) * intervalCoverage);
  if (position <= n) return sorted[position - 1] as number;
  return Math.max(sorted[n - 1] ?? 0, studentTQuantile(0.95, Math.max(1, n - 1)));
}

function rootMeanSquare(actual: Float64Array, predicted: Float64Array): number {
  return Math.sqrt(
    actual.reduce((total, value, i) => total + (value - (predicted[i] as number)) ** 2, 0) / actual.length,
  );
}
