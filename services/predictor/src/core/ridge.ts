import { dot, mean, row, symmetricEigen, zeros } from "@climb/numeric";
import type { Inputs, Table } from "./types.js";

/** value = intercept + Σ a_j · sqrt(w_j) + Σ b_f · feature_f. */
export interface RidgeModel {
  intercept: number;
  rootWeights: Float64Array;
  features: Float64Array;
}

/** Strengths tried, in units of the standardised columns' sums of squares over n. */
const strengths = Array.from({ length: 25 }, (_, i) => 10 ** (-4 + i / 3));
/** How much less a feature column is penalised than a weight column: as a further choice of leave-one-out. */
const featureScales = [1, 5, 30];

/**
 * Ridge regression on standardised sqrt(w) and the first `used` of the feature columns. The strength, and the freedom of
 * the
 * features against the weights, are those of the least leave-one-out error, which for ridge has a closed form: the
 * residual
 * over 1 − h_ii (Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, equation 7.64).
 * A column that never varies gets coefficient 0.
 */
export function fitRidge(table: Table, used: number): RidgeModel {
  const n = table.values.length;
  const m = table.weights.cols;
  const cols = m + used;
  const columns = Array.from({ length: cols }, (_, c) =>
    Float64Array.from({ length: n }, (_, i) =>
      c < m
        ? Math.sqrt(table.weights.data[i * m + c] as number)
        : (table.features.data[i * table.features.cols + c - m] as number),
    ),
  );
  const centres = columns.map((column) => mean(column));
  const spreads = columns.map((column, c) => {
    const spread = Math.sqrt(mean(column.map((value) => (value - (centres[c] as number)) ** 2)));
    return spread > 1e-9 * (1 + Math.abs(centres[c] as number)) ? spread : 0;
  });
  const centreY = mean(table.values);
  const y = table.values.map((value) => value - centreY);

  let best: { error: number; coefficients: Float64Array } | undefined;
  for (const featureScale of cols > m ? featureScales : [1]) {
    const scales = spreads.map((spread, c) => (spread === 0 ? 0 : (c < m ? 1 : featureScale) / spread));
    const found = bestStrength(columns, centres, scales, y);
    if (!best || found.error < best.error) best = found;
  }
  const coefficients = best?.coefficients ?? new Float64Array(cols);
  return {
    intercept: centreY - dot(coefficients, centres),
    rootWeights: coefficients.slice(0, m),
    features: Float64Array.from({ length: table.features.cols }, (_, f) =>
      f < used ? (coefficients[m + f] as number) : 0,
    ),
  };
}

/** Predicted values, one for each row of the inputs: linear in √w and the features. */
export function predictRidge(model: RidgeModel, inputs: Inputs): Float64Array {
  const domains = inputs.weights.cols;
  const roots = inputs.transforms?.roots() ?? inputs.weights.data.map(Math.sqrt);
  const values = new Float64Array(inputs.weights.rows);
  for (let i = 0; i < values.length; i++) {
    let value = model.intercept + dot(model.features, row(inputs.features, i));
    for (let j = 0; j < domains; j++) value += (model.rootWeights[j] as number) * (roots[i * domains + j] as number);
    values[i] = value;
  }
  return values;
}

function bestStrength(
  columns: Float64Array[],
  centres: number[],
  scales: number[],
  y: Float64Array,
): { error: number; coefficients: Float64Array } {
  const [n, p] = [y.length, columns.length];
  const z = zeros(n, p);
  for (let c = 0; c < p; c++) {
    for (let i = 0; i < n; i++) {
      z.data[i * p + c] =
        (((columns[c] as Float64Array)[i] as number) - (centres[c] as number)) * (scales[c] as number);
    }
  }
  const gram = zeros(p, p);
  for (let i = 0; i < n; i++) {
    const zi = row(z, i);
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++)
        gram.data[a * p + b] = (gram.data[a * p + b] as number) + (zi[a] as number) * (zi[b] as number);
    }
  }
  const { values, vectors } = symmetricEigen(gram);
  const rotated = zeros(n, p);
  const projected = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < p; k++) {
      let value = 0;
      for (let a = 0; a < p; a++) value += (z.data[i * p + a] as number) * (vectors.data[a * p + k] as number);
      rotated.data[i * p + k] = value;
      projected[k] = (projected[k] as number) + value * (y[i] as number);
    }
  }
  let best = { error: Number.POSITIVE_INFINITY, strength: 1 };
  for (const share of strengths) {
    const strength = share * n;
    let error = 0;
    for (let i = 0; i < n; i++) {
      let [fitted, leverage] = [0, 1 / n];
      for (let k = 0; k < p; k++) {
        const value = rotated.data[i * p + k] as number;
        const inverse = 1 / (Math.max(values[k] as number, 0) + strength);
        fitted += value * (projected[k] as number) * inverse;
        leverage += value * value * inverse;
      }
      error += (((y[i] as number) - fitted) / Math.max(1 - leverage, 1e-6)) ** 2;
    }
    if (error < best.error) best = { error, strength };
  }
  const rotatedCoefficients = projected.map((value, k) => value / (Math.max(values[k] as number, 0) + best.strength));
  const coefficients = Float64Array.from({ length: p }, (_, a) => {
    // Rounding would leave it some sign.
    if (scales[a] === 0) return 0;
    let value = 0;
    for (let k = 0; k < p; k++) value += (vectors.data[a * p + k] as number) * (rotatedCoefficients[k] as number);
    return value * (scales[a] as number);
  });
  return { error: best.error, coefficients };
}
