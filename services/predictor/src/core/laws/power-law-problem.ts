import { fastExp2, type Matrix, type Random, standardDeviation } from "@climb/numeric";
import { logWeights } from "../transforms.js";
import type { SizeLevels } from "./capacity.js";
import type { LeastSquares } from "./least-squares.js";

/**
 * The law L(w) = c + exp(k) · (ε + Σ_j a_j w_j^γ)^(−b): an irreducible loss and a power law in the effective share of
 * useful data, to which each domain adds with diminishing returns. It is the additive law of Shukor et al. (arXiv
 * 2507.09404, equation 3) with one γ for all domains and a power b of the sum. A domain that is not there at all makes
 * the loss high but finite, which is where the log-linear law is wrong.
 */
export interface PowerLaw {
  /** At the size of model that is predicted for. */
  c: number;
  k: number;
  b: number;
  epsilon: number;
  gamma: number;
  /** a_j > 0, one for each domain. */
  a: Float64Array;
  /** c and k of each size of proxy, where there are several. */
  sizes?: SizeLevels;
  /** Weights from which on the domains repeat, where that counts; see {@link effectiveWeight}. */
  onset?: Float64Array;
}

/** What a power law is fitted to. */
export interface PowerLawRows {
  /** n × m, rows on the simplex. */
  weights: Matrix;
  values: Float64Array;
  /** Parameters of the proxy of each row; all the same when not given. */
  capacities?: Float64Array;
  /** Parameters of the model that is predicted for. */
  targetCapacity?: number;
  /** Weights from which on each domain repeats; unset where repetition does not count. */
  onset?: Float64Array;
}

/** The least-squares problem of a power law, with what its starting points need. */
export interface PowerLawProblem extends LeastSquares {
  domains: number;
  /** The different sizes, ascending. */
  capacities: Float64Array;
  /** Least value and standard deviation of each size. */
  least: number[];
  scales: number[];
}

// Parameters in a row: log b, log ε, logit of γ / 1.5, log a_j for each domain, then c and k for each size.
const LEADING = 3;
const LARGEST_GAMMA = 1.5;
const MAX_EXPONENT = 30;

/** @throws RangeError if the values of a size are constant */
export function problemOf(rows: PowerLawRows, lambda: number): PowerLawProblem {
  const { weights, values, onset } = rows;
  const m = weights.cols;
  const given = rows.capacities ?? new Float64Array(values.length).fill(1);
  const capacities = Float64Array.from(new Set(given)).sort();
  const sizeOf = Int32Array.from(given, (capacity) => capacities.indexOf(capacity));
  const bySize = Array.from(capacities, (_, s) => values.filter((_, i) => sizeOf[i] === s));
  const scales = bySize.map((each) => standardDeviation(each));
  if (!scales.every((scale) => scale > 0))
    throw new RangeError("all values are equal, so a law of the weights cannot be told");
  const least = bySize.map((each) => each.reduce((a, b) => Math.min(a, b)));
  const greatest = bySize.map((each) => each.reduce((a, b) => Math.max(a, b)));
  const all = (leading: number[], domain: number, level: (size: number) => [number, number]) =>
    Float64Array.of(...leading, ...new Array(m).fill(domain), ...scales.flatMap((_, s) => level(s)));
  const floorOf = (s: number) =>
    (least[s] as number) > 0 ? 0 : (least[s] as number) - 2 * ((greatest[s] as number) - (least[s] as number));
  const logs = logWeights(weights, onset);
  return {
    domains: m,
    capacities,
    least,
    scales,
    rows: values.length,
    lower: all([-4, -12, -2], -12, (s) => [floorOf(s), -20]),
    upper: all([2, 0, 4], 6, (s) => [Math.max(floorOf(s), (least[s] as number) - 1e-3 * (scales[s] as number)), 10]),
    // The scale of a and the constant k are one freedom too many; this settles them, and next to nothing else.
    strengths: all([1e-4, 1e-4, 1e-4], (lambda * values.length) / m, () => [0, 1e-6]),
    centres: all([-1, -7, 0], 0, () => [0, 0]),
    residual(p, i, derivatives) {
      const [b, epsilon] = [Math.exp(p[0] as number), Math.exp(p[1] as number)];
      const gamma = gammaOf(p[2] as number);
      const size = sizeOf[i] as number;
      const level = LEADING + m + 2 * size;
      const scale = scales[size] as number;
      const from = i * m;
      let share = epsilon;
      let bySlope = 0;
      for (let j = 0; j < m; j++) {
        const log = logs[from + j] as number;
        const part = fastExp2((p[LEADING + j] as number) * Math.LOG2E + gamma * log);
        share += part;
        bySlope += part * log;
        if (derivatives) derivatives[LEADING + j] = part;
      }
      const logShare = Math.log(share);
      const exponent = (p[level + 1] as number) - b * logShare;
      const growth = Math.exp(Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent))) / scale;
      if (derivatives) {
        const slope = Math.abs(exponent) < MAX_EXPONENT ? growth : 0;
        const perShare = (-slope * b) / share;
        derivatives.fill(0, LEADING + m);
        derivatives[level] = 1 / scale;
        derivatives[level + 1] = slope;
        derivatives[0] = -slope * b * logShare;
        derivatives[1] = perShare * epsilon;
        derivatives[2] = perShare * bySlope * Math.LN2 * gamma * (1 - gamma / LARGEST_GAMMA);
        for (let j = LEADING; j < LEADING + m; j++) derivatives[j] = (derivatives[j] as number) * perShare;
      }
      return growth + ((p[level] as number) - (values[i] as number)) / scale;
    },
  };
}

/** Starts differ in how steep the power is and how far below the least value its floor lies. */
export function startingPoint(
  { domains, least, scales }: PowerLawProblem,
  start: number,
  random: Random,
): Float64Array {
  const levels = scales.flatMap((scale, s) => [(least[s] as number) - 0.2 * (start + 1) * scale, Math.log(scale)]);
  const logs = Array.from({ length: domains }, () => 0.3 * random.normal() - 0.5);
  return Float64Array.of(Math.log([0.3, 0.1, 0.8][start % 3] as number), -7, 0.7, ...logs, ...levels);
}

/** The unbounded parameters of a law, as the minimiser varies them: three shared ones, log a by domain, c and log k by size. */
export function packed({ c, k, b, epsilon, gamma, a, sizes }: PowerLaw): Float64Array {
  const share = gamma / LARGEST_GAMMA;
  const levels = sizes ? Array.from(sizes.c).flatMap((each, s) => [each, sizes.k[s] as number]) : [c, k];
  return Float64Array.of(Math.log(b), Math.log(epsilon), Math.log(share / (1 - share)), ...a.map(Math.log), ...levels);
}

/** Undoes {@link packed}, whatever the numbers are. */
export function unpacked(
  p: Float64Array,
  capacities: Float64Array,
): { shared: Pick<PowerLaw, "b" | "epsilon" | "gamma" | "a">; levels: SizeLevels } {
  const first = p.length - 2 * capacities.length;
  const level = (offset: number) => capacities.map((_, s) => p[first + 2 * s + offset] as number);
  return {
    shared: {
      b: Math.exp(p[0] as number),
      epsilon: Math.exp(p[1] as number),
      gamma: gammaOf(p[2] as number),
      a: p.slice(LEADING, first).map(Math.exp),
    },
    levels: { capacities, c: level(0), k: level(1) },
  };
}

function gammaOf(logit: number): number {
  return LARGEST_GAMMA / (1 + Math.exp(-logit));
}
