import { cholesky, choleskySolve, dot, type Matrix, mean, row, standardDeviation, zeros } from "@climb/numeric";
import type { Inputs, Table } from "./types.js";

/** A fitted Gaussian process: the mean of its posterior. */
export interface GaussianProcess {
  /** Mean of the results, to which the process adds. */
  centre: number;
  /** Column by column what is subtracted from an input and what it is divided by: sqrt(w), then features. */
  shifts: Float64Array;
  scales: Float64Array;
  /** Standardised inputs of the runs, (runs, columns). */
  points: Matrix;
  /** (K + noise)⁻¹ (y − centre). */
  weights: Float64Array;
  /** Length of the squared-exponential kernel, and the part of the linear kernel beside it. */
  length: number;
  linear: number;
}

/** Tried for the length, in units of √columns; the share of the linear kernel; the noise, as variances of the results. */
const LENGTHS = [0.5, 1, 2, 4];
const LINEAR = [0, 0.1, 1];
const NOISES = [1e-3, 1e-2, 0.1];
/** Beyond so many runs the lengths are chosen on the first ones: the cost grows with the third power. */
const CHOOSING_ROWS = 128;
const LEAST_ROOT = 1e-3;

/**
 * Gaussian process regression (Rasmussen and Williams, Gaussian Processes for Machine Learning, algorithm 2.1) on
 * sqrt(w) and the features, each standardised, with kernel exp(−|x − x'|² / 2ℓ²) + a · x·x' / columns. Length, a and
 * noise are those of the greatest marginal likelihood.
 */
export function fitGaussianProcess(table: Table): GaussianProcess {
  const columns = inputColumns(table);
  const [n, d] = [columns.rows, columns.cols];
  const shifts = new Float64Array(d);
  const scales = new Float64Array(d);
  for (let c = 0; c < d; c++) {
    const values = Float64Array.from({ length: n }, (_, r) => columns.data[r * d + c] as number);
    shifts[c] = mean(values);
    scales[c] = standardDeviation(values) || 1;
  }
  const points = standardised(columns, shifts, scales);
  const centre = mean(table.values);
  const spread = standardDeviation(table.values) || 1;
  const y = table.values.map((value) => (value - centre) / spread);
  let best = { likelihood: Number.NEGATIVE_INFINITY, length: 1, linear: 0, noise: 0.1 };
  const few = { rows: Math.min(n, CHOOSING_ROWS), cols: d, data: points.data.subarray(0, CHOOSING_ROWS * d) };
  for (const unit of LENGTHS) {
    for (const linear of LINEAR) {
      for (const noise of NOISES) {
        const length = unit * Math.sqrt(d);
        const { likelihood } = solve(few, y.subarray(0, few.rows), length, linear, noise);
        if (likelihood > best.likelihood) best = { likelihood, length, linear, noise };
      }
    }
  }
  const { alpha } = solve(points, y, best.length, best.linear, best.noise);
  const { length, linear } = best;
  return { centre, shifts, scales, points, weights: alpha.map((value) => value * spread), length, linear };
}

/** Predicted values, one for each row of the inputs. */
export function predictGaussianProcess(fitted: GaussianProcess, inputs: Inputs): Float64Array {
  const points = standardised(inputColumns(inputs), fitted.shifts, fitted.scales);
  return Float64Array.from({ length: points.rows }, (_, i) => {
    const x = row(points, i);
    let value = fitted.centre;
    for (let r = 0; r < fitted.points.rows; r++) {
      value += (fitted.weights[r] as number) * kernel(x, row(fitted.points, r), fitted.length, fitted.linear);
    }
    return value;
  });
}

/** ∂f/∂w at one mixture; `featureGradients` holds ∂feature_f/∂w_j, `features` their values. */
export function gaussianProcessGradient(
  fitted: GaussianProcess,
  weights: ArrayLike<number>,
  features: ArrayLike<number>,
  featureGradients: readonly Float64Array[],
): Float64Array {
  const m = weights.length;
  const single = (values: ArrayLike<number>): Matrix => ({
    rows: 1,
    cols: values.length,
    data: Float64Array.from(values),
  });
  const x = row(
    standardised(inputColumns({ weights: single(weights), features: single(features) }), fitted.shifts, fitted.scales),
    0,
  );
  const byColumn = new Float64Array(x.length);
  for (let r = 0; r < fitted.points.rows; r++) {
    const point = row(fitted.points, r);
    const near = kernel(x, point, fitted.length, 0) / fitted.length ** 2;
    for (let c = 0; c < x.length; c++) {
      const slope =
        near * ((point[c] as number) - (x[c] as number)) + (fitted.linear / x.length) * (point[c] as number);
      byColumn[c] = (byColumn[c] as number) + (fitted.weights[r] as number) * slope;
    }
  }
  return Float64Array.from({ length: m }, (_, j) => {
    const root = Math.max(Math.sqrt(weights[j] as number), LEAST_ROOT);
    let slope = (byColumn[j] as number) / (fitted.scales[j] as number) / (2 * root);
    featureGradients.forEach((gradient, f) => {
      slope += ((byColumn[m + f] as number) / (fitted.scales[m + f] as number)) * (gradient[j] as number);
    });
    return slope;
  });
}

function inputColumns({ weights, features }: Inputs): Matrix {
  const cols = weights.cols + features.cols;
  const data = new Float64Array(weights.rows * cols);
  for (let r = 0; r < weights.rows; r++) {
    for (let j = 0; j < weights.cols; j++) data[r * cols + j] = Math.sqrt(weights.data[r * weights.cols + j] as number);
    data.set(features.data.subarray(r * features.cols, (r + 1) * features.cols), r * cols + weights.cols);
  }
  return { rows: weights.rows, cols, data };
}

function standardised({ rows, cols, data }: Matrix, shifts: Float64Array, scales: Float64Array): Matrix {
  return {
    rows,
    cols,
    data: data.map((value, i) => (value - (shifts[i % cols] as number)) / (scales[i % cols] as number)),
  };
}

function kernel(a: Float64Array, b: Float64Array, length: number, linear: number): number {
  let [squares, product] = [0, 0];
  for (let c = 0; c < a.length; c++) {
    const [x, y] = [a[c] as number, b[c] as number];
    squares += (x - y) ** 2;
    product += x * y;
  }
  return Math.exp(-squares / (2 * length ** 2)) + (linear * product) / a.length;
}

function solve(points: Matrix, y: Float64Array, length: number, linear: number, noise: number) {
  const n = points.rows;
  const k = zeros(n, n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const value = kernel(row(points, a), row(points, b), length, linear);
      k.data[a * n + b] = value;
      k.data[b * n + a] = value;
    }
    k.data[a * n + a] = (k.data[a * n + a] as number) + noise;
  }
  const lower = cholesky(k);
  const alpha = choleskySolve(lower, y);
  let halfLogDeterminant = 0;
  for (let a = 0; a < n; a++) halfLogDeterminant += Math.log(lower.data[a * n + a] as number);
  return { alpha, likelihood: -0.5 * dot(y, alpha) - halfLogDeterminant };
}
