import { cholesky, choleskySolve, type Matrix, type Random, spearman, zeros } from "@climb/numeric";

/** A score that is linear in the vector: bias + weights · x. */
export interface AnnotationHead {
  weights: Float64Array;
  bias: number;
  crossValidation: HeadError;
}

/** How well annotations are predicted that were not fitted. */
export interface HeadError {
  annotations: number;
  rootMeanSquaredError: number;
  /** The same of the constant mean. */
  baselineError: number;
  spearman: number;
}

const FOLDS = 5;
/** Strengths tried, as shares of the mean variance of a dimension. */
const STRENGTHS = Array.from({ length: 13 }, (_, i) => 10 ** (-3 + i / 2));

/**
 * Ridge regression with the strength of the least cross-validated error (Hastie, Tibshirani, Friedman, The Elements of
 * Statistical Learning, sections 3.4 and 7.10). The intercept is not penalised.
 * @param vectors row by row
 * @param strengths those tried, as shares of rows × mean variance of a dimension
 * @throws RangeError if there are fewer scores than folds
 */
export function fitAnnotationHead(
  vectors: readonly Float32Array[],
  scores: readonly number[],
  random: Random,
  strengths: readonly number[] = STRENGTHS,
): AnnotationHead {
  const n = scores.length;
  if (n < FOLDS) throw new RangeError(`${n} annotations, expected at least ${FOLDS}`);
  const order = random.shuffle(Array.from({ length: n }, (_, i) => i));
  const folds = Array.from({ length: FOLDS }, (_, f) => order.filter((_, at) => at % FOLDS === f));
  const sums = folds.map((rows) => momentsOf(vectors, scores, rows));
  const all = sums.reduce(added);
  const strengthOf = (share: number, { rows }: Moments) => share * rows * meanVariance(all);

  let best: { share: number; error: number; predicted: Float64Array } | undefined;
  for (const share of strengths) {
    const predicted = new Float64Array(n);
    folds.forEach((rows, f) => {
      const rest = sums.filter((_, other) => other !== f).reduce(added);
      const { weights, bias } = solve(rest, strengthOf(share, rest));
      for (const row of rows) predicted[row] = bias + product(weights, vectors[row] as Float32Array);
    });
    const error = rootMeanSquare(scores.map((score, i) => score - (predicted[i] as number)));
    if (!best || error < best.error) best = { share, error, predicted };
  }
  const { share, error, predicted } = best as NonNullable<typeof best>;
  const baseline = new Float64Array(n);
  folds.forEach((rows, f) => {
    const rest = sums.filter((_, other) => other !== f).reduce(added);
    for (const row of rows) baseline[row] = rest.y / rest.rows;
  });
  return {
    ...solve(all, strengthOf(share, all)),
    crossValidation: {
      annotations: n,
      rootMeanSquaredError: error,
      baselineError: rootMeanSquare(scores.map((score, i) => score - (baseline[i] as number))),
      spearman: spearman([...scores], [...predicted]),
    },
  };
}

/** The head's score of a vector. */
export function headScore({ weights, bias }: Pick<AnnotationHead, "weights" | "bias">, vector: Float32Array): number {
  return bias + product(weights, vector);
}

/** Everything that a ridge regression needs of some rows. */
interface Moments {
  rows: number;
  /** Sum of the vectors. */
  x: Float64Array;
  y: number;
  /** Sum of x xᵀ. */
  xx: Matrix;
  /** Sum of x y. */
  xy: Float64Array;
}

function momentsOf(vectors: readonly Float32Array[], scores: readonly number[], rows: readonly number[]): Moments {
  const d = vectors[0]?.length ?? 0;
  const sums: Moments = { rows: rows.length, x: new Float64Array(d), y: 0, xx: zeros(d, d), xy: new Float64Array(d) };
  for (const row of rows) {
    const vector = vectors[row] as Float32Array;
    const score = scores[row] as number;
    sums.y += score;
    for (let a = 0; a < d; a++) {
      const value = vector[a] as number;
      sums.x[a] = (sums.x[a] as number) + value;
      sums.xy[a] = (sums.xy[a] as number) + value * score;
      for (let b = 0; b <= a; b++) {
        sums.xx.data[a * d + b] = (sums.xx.data[a * d + b] as number) + value * (vector[b] as number);
      }
    }
  }
  return sums;
}

function added(one: Moments, other: Moments): Moments {
  const plus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + (b[i] as number));
  return {
    rows: one.rows + other.rows,
    x: plus(one.x, other.x),
    y: one.y + other.y,
    xx: { ...one.xx, data: plus(one.xx.data, other.xx.data) },
    xy: plus(one.xy, other.xy),
  };
}

function meanVariance({ rows, x, xx }: Moments): number {
  let total = 0;
  for (let a = 0; a < x.length; a++) {
    total += (xx.data[a * x.length + a] as number) / rows - ((x[a] as number) / rows) ** 2;
  }
  // Equal vectors have none; any strength then gives the mean.
  return total / x.length || 1;
}

/** (Σ (x−x̄)(x−x̄)ᵀ + strength · I)⁻¹ Σ (x−x̄)(y−ȳ). */
function solve({ rows, x, y, xx, xy }: Moments, strength: number): { weights: Float64Array; bias: number } {
  const d = x.length;
  const gram = zeros(d, d);
  for (let a = 0; a < d; a++) {
    for (let b = 0; b <= a; b++) {
      const value = (xx.data[a * d + b] as number) - ((x[a] as number) * (x[b] as number)) / rows;
      gram.data[a * d + b] = value;
      gram.data[b * d + a] = value;
    }
    gram.data[a * d + a] = (gram.data[a * d + a] as number) + strength;
  }
  const right = xy.map((value, a) => value - ((x[a] as number) * y) / rows);
  const weights = choleskySolve(cholesky(gram), right);
  let bias = y / rows;
  for (let a = 0; a < d; a++) bias -= ((weights[a] as number) * (x[a] as number)) / rows;
  return { weights, bias };
}

function product(weights: Float64Array, vector: Float32Array): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += (weights[i] as number) * (vector[i] as number);
  return total;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
