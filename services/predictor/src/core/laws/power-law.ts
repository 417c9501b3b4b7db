import { type Matrix, type Random, variance } from "@climb/numeric";
import { type LeastSquares, type Minimum, minimise } from "./least-squares.js";

/**
 * The law L(w) = c + exp(k) · (ε + Σ_j a_j w_j^γ)^(−b): an irreducible loss and a power law in the effective share of
 * useful data, to which each domain adds with diminishing returns. It is the additive law of Shukor et al. (arXiv
 * 2507.09404, equation 3) with one γ for all domains and a power b of the sum. A domain that is not there at all makes
 * the loss high but finite, which is where the log-linear law is wrong.
 */
export interface PowerLaw {
  c: number;
  k: number;
  b: number;
  epsilon: number;
  gamma: number;
  /** a_j > 0, one for each domain. */
  a: Float64Array;
}

export interface PowerLawOptions {
  /** Ridge strength on log a_j: how alike the domains are without evidence. */
  lambda: number;
  /** Starting points, at least 1. */
  starts: number;
  maxIterations: number;
}

export const defaultPowerLaw: PowerLawOptions = { lambda: 1e-3, starts: 2, maxIterations: 80 };

/** Parameters in a row: c, k, log b, log ε, logit of γ / 1.5, then log a_j. */
const LEADING = 5;
const LARGEST_GAMMA = 1.5;
const MAX_EXPONENT = 30;
/** Weights below are not told apart: w^γ has no slope at 0. */
const SMALLEST_WEIGHT = 1e-6;

export function evaluatePowerLaw(law: PowerLaw, weights: ArrayLike<number>): number {
  return law.c + Math.exp(clip(law.k - law.b * Math.log(effectiveShare(law, weights))));
}

/** ∂L/∂w, one entry for each domain; near w_j = 0 the slope at 1e-6. */
export function powerLawGradient(law: PowerLaw, weights: ArrayLike<number>): Float64Array {
  const share = effectiveShare(law, weights);
  const slope = (-law.b * Math.exp(clip(law.k - law.b * Math.log(share)))) / share;
  return law.a.map(
    (a, j) => slope * a * law.gamma * Math.max(weights[j] as number, SMALLEST_WEIGHT) ** (law.gamma - 1),
  );
}

/**
 * Least squares from several starts: minimises Σ (L(w_i) − y_i)² / s² + λ·n/m·Σ (log a_j)², s² the variance of y, with
 * 0 ≤ c < min(y) for positive values.
 * @param weights n × m, rows on the simplex
 * @param nearby a fit of the same rows at another strength; then it is the only start
 * @throws RangeError if the values are constant
 */
export function fitPowerLaw(
  weights: Matrix,
  values: Float64Array,
  random: Random,
  options: PowerLawOptions = defaultPowerLaw,
  nearby?: PowerLaw,
): PowerLaw {
  const scale = Math.sqrt(variance(values));
  if (!(scale > 0)) throw new RangeError("all values are equal, so a law of the weights cannot be told");
  const problem = problemOf(weights, values, scale, options.lambda);
  const starts = nearby
    ? [packed(nearby)]
    : Array.from({ length: options.starts }, (_, start) => startingPoint(weights.cols, values, scale, start, random));
  let best: Minimum | undefined;
  for (const start of starts) {
    const found = minimise(problem, start, options.maxIterations);
    if (!best || found.cost < best.cost) best = found;
  }
  return unpacked((best as Minimum).parameters);
}

function problemOf(weights: Matrix, values: Float64Array, scale: number, lambda: number): LeastSquares {
  const m = weights.cols;
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const fill = (leading: number[], rest: number) => {
    const all = new Float64Array(LEADING + m).fill(rest);
    all.set(leading);
    return all;
  };
  const logs = weights.data.map((w) => Math.log(w));
  const lowestC = least > 0 ? 0 : least - 2 * (greatest - least);
  return {
    rows: values.length,
    lower: fill([lowestC, -20, -4, -12, -2], -12),
    upper: fill([Math.max(lowestC, least - 1e-3 * scale), 10, 2, 0, 4], 6),
    // The scale of a and the constant k are one freedom too many; this settles them, and next to nothing else.
    strengths: fill([0, 1e-6, 1e-4, 1e-4, 1e-4], (lambda * values.length) / m),
    centres: fill([0, 0, -1, -7, 0], 0),
    residual(p, i, derivatives) {
      const [c, k, b, epsilon] = [p[0] as number, p[1] as number, Math.exp(p[2] as number), Math.exp(p[3] as number)];
      const gamma = gammaOf(p[4] as number);
      const from = i * m;
      let share = epsilon;
      let bySlope = 0;
      for (let j = 0; j < m; j++) {
        const log = logs[from + j] as number;
        if (log === Number.NEGATIVE_INFINITY) {
          if (derivatives) derivatives[LEADING + j] = 0;
          continue;
        }
        const part = Math.exp((p[LEADING + j] as number) + gamma * log);
        share += part;
        bySlope += part * log;
        if (derivatives) derivatives[LEADING + j] = part;
      }
      const logShare = Math.log(share);
      const exponent = k - b * logShare;
      const growth = Math.exp(clip(exponent)) / scale;
      if (derivatives) {
        const slope = Math.abs(exponent) < MAX_EXPONENT ? growth : 0;
        const perShare = (-slope * b) / share;
        derivatives[0] = 1 / scale;
        derivatives[1] = slope;
        derivatives[2] = -slope * b * logShare;
        derivatives[3] = perShare * epsilon;
        derivatives[4] = perShare * bySlope * gamma * (1 - gamma / LARGEST_GAMMA);
        for (let j = LEADING; j < LEADING + m; j++) derivatives[j] = (derivatives[j] as number) * perShare;
      }
      return growth + (c - (values[i] as number)) / scale;
    },
  };
}

/** Starts differ in how steep the power is and how far below the least value its floor lies. */
function startingPoint(m: number, values: Float64Array, scale: number, start: number, random: Random): Float64Array {
  const point = new Float64Array(LEADING + m);
  const least = values.reduce((a, b) => Math.min(a, b));
  point.set([
    least - 0.2 * (start + 1) * scale,
    Math.log(scale),
    Math.log([0.3, 0.1, 0.8][start % 3] as number),
    -7,
    0.7,
  ]);
  for (let j = LEADING; j < point.length; j++) point[j] = 0.3 * random.normal() - 0.5;
  return point;
}

function effectiveShare({ epsilon, gamma, a }: PowerLaw, weights: ArrayLike<number>): number {
  let share = epsilon;
  for (let j = 0; j < a.length; j++) {
    const w = weights[j] as number;
    if (w > 0) share += (a[j] as number) * w ** gamma;
  }
  return share;
}

function packed({ c, k, b, epsilon, gamma, a }: PowerLaw): Float64Array {
  const share = gamma / LARGEST_GAMMA;
  return Float64Array.of(c, k, Math.log(b), Math.log(epsilon), Math.log(share / (1 - share)), ...a.map(Math.log));
}

function unpacked(p: Float64Array): PowerLaw {
  const [c, k, b, epsilon, gamma] = p as unknown as [number, number, number, number, number];
  return {
    c,
    k,
    b: Math.exp(b),
    epsilon: Math.exp(epsilon),
    gamma: gammaOf(gamma),
    a: p.slice(LEADING).map(Math.exp),
  };
}

function gammaOf(logit: number): number {
  return LARGEST_GAMMA / (1 + Math.exp(-logit));
}

function clip(z: number): number {
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, z));
}
