import { cholesky, choleskySolve, dot, type Matrix, mean, type Random, row, variance, zeros } from "@climb/numeric";
import { type LeastSquares, type Minimum, minimise } from "./least-squares.js";

/**
 * The mixing law L(w) = c + exp(k + t·w) (Ye et al., arXiv 2403.16952, equation 6; Olmix, arXiv 2602.12237): an
 * irreducible
 * loss c and an exponential in the weights.
 */
export interface LogLinearLaw {
  c: number;
  k: number;
  t: Float64Array;
}

export interface LogLinearOptions {
  /** Ridge strength on t, see {@link fitLogLinear}. */
  lambda: number;
  /** Starting points, at least 1: c at 0, 0.5 and 0.9 of its bound, any further ones random. */
  starts: number;
  maxIterations: number;
}

export const defaultLogLinear: LogLinearOptions = { lambda: 0.01, starts: 3, maxIterations: 60 };

/** Beyond these exponents the law is flat: nothing overflows however far a search goes. */
const maxExponent = 30;

/** L(w) = c + exp(k + t·w) at one mixture of as many weights as the law has domains. */
export function evaluateLaw(law: LogLinearLaw, weights: ArrayLike<number>): number {
  return law.c + Math.exp(clip(law.k + dot(law.t, weights)));
}

/** ∂L/∂w, one entry per domain. */
export function lawGradient(law: LogLinearLaw, weights: ArrayLike<number>): Float64Array {
  const z = law.k + dot(law.t, weights);
  const slope = Math.abs(z) < maxExponent ? Math.exp(z) : 0;
  return law.t.map((t) => t * slope);
}

/**
 * Least squares with Levenberg-Marquardt from several starts: minimises Σ (L(w_i) − y_i)² / s² + λ·m·|t|² over
 * 0 ≤ c < min(y), s² the variance of y, m the domains. The penalty also settles the direction t + a, k − a that a
 * simplex leaves free.
 * @param weights n × m, rows on the simplex
 * @param nearby a fit of the same rows at another strength; then it and the first start are enough
 * @throws RangeError if the values are constant.
 */
export function fitLogLinear(
  weights: Matrix,
  values: Float64Array,
  random: Random,
  options: LogLinearOptions = defaultLogLinear,
  nearby?: LogLinearLaw,
): LogLinearLaw {
  const scale = variance(values);
  if (!(scale > 0)) throw new RangeError("all values are equal, so a law of the weights cannot be told");
  const least = values.reduce((a, b) => Math.min(a, b));
  const top = Math.min(least > 0 ? least * (1 - 1e-4) : 0, least - 1e-3 * Math.sqrt(scale));
  const problem = problemOf(weights, values, top, options.lambda * weights.cols * scale);
  const starts = nearby ? [packed(nearby)] : [];
  for (let start = 0; start < (nearby ? 1 : options.starts); start++) {
    starts.push(startingPoint(weights, values, top, start, random));
  }
  let best: Minimum | undefined;
  for (const start of starts) {
    const found = minimise(problem, start, options.maxIterations);
    if (!best || found.cost < best.cost) best = found;
  }
  const [c, k, ...t] = (best as Minimum).parameters;
  return { c: c as number, k: k as number, t: Float64Array.from(t) };
}

/** Parameters in a row: c, k, then t. @param top largest c allowed; where it is not positive, c is held there */
function problemOf(weights: Matrix, values: Float64Array, top: number, penalty: number): LeastSquares {
  const m = weights.cols;
  const filled = (c: number, k: number, rest: number) => {
    const all = new Float64Array(m + 2).fill(rest);
    all.set([c, k]);
    return all;
  };
  return {
    rows: values.length,
    lower: filled(Math.min(top, 0), Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY),
    upper: filled(top, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
    strengths: filled(0, 0, penalty),
    centres: filled(0, 0, 0),
    residual(p, i, derivatives) {
      const w = row(weights, i);
      let z = p[1] as number;
      for (let j = 0; j < m; j++) z += (p[j + 2] as number) * (w[j] as number);
      const growth = Math.exp(clip(z));
      if (derivatives) {
        const slope = Math.abs(z) < maxExponent ? growth : 0;
        derivatives[0] = 1;
        derivatives[1] = slope;
        for (let j = 0; j < m; j++) derivatives[j + 2] = slope * (w[j] as number);
      }
      return (p[0] as number) + growth - (values[i] as number);
    },
  };
}

function packed({ c, k, t }: LogLinearLaw): Float64Array {
  return Float64Array.of(c, k, ...t);
}

/** For a chosen c the law is linear in log(L − c): ridge there gives k and t. */
function startingPoint(
  weights: Matrix,
  values: Float64Array,
  top: number,
  start: number,
  random: Random,
): Float64Array {
  const share = start === 0 ? 0 : start === 1 ? 0.5 : start === 2 ? 0.9 : random.float();
  const c = top > 0 ? share * top : top;
  const logs = values.map((value) => Math.log(Math.max(value - c, 1e-12)));
  const centre = mean(logs);
  const m = weights.cols;
  const normal = zeros(m, m);
  const right = new Float64Array(m);
  for (let i = 0; i < weights.rows; i++) {
    const w = row(weights, i);
    for (let a = 0; a < m; a++) {
      right[a] = (right[a] as number) + (w[a] as number) * ((logs[i] as number) - centre);
      for (let b = 0; b <= a; b++)
        normal.data[a * m + b] = (normal.data[a * m + b] as number) + (w[a] as number) * (w[b] as number);
    }
  }
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < a; b++) normal.data[b * m + a] = normal.data[a * m + b] as number;
  }
  for (let a = 0; a < m; a++) normal.data[a * m + a] = (normal.data[a * m + a] as number) + 0.05;
  const t = choleskySolve(cholesky(normal), right);
  return packed({ c, k: centre, t: start < 3 ? t : t.map((value) => value * (0.5 + random.float())) });
}

function clip(z: number): number {
  return Math.max(-maxExponent, Math.min(maxExponent, z));
}
