import { mean, studentTCdf, studentTQuantile } from "./stats.js";

/** A measured mean with a 90 % interval. */
export interface Estimate {
  mean: number;
  lower: number;
  upper: number;
  /** Runs it rests on. */
  runs: number;
}

/** Spread between seeds, pooled over mixtures. */
export interface Noise {
  /** Standard deviation of one run. */
  standardDeviation: number;
  degreesOfFreedom: number;
}

/**
 * Pools the spread between seeds over groups of runs of one mixture each: s² = Σ(x − x̄_g)² / Σ(n_g − 1).
 * Three seeds alone say almost nothing about their own spread; all groups together do.
 */
export function pooledNoise(groups: readonly (readonly number[])[]): Noise {
  let [squares, degreesOfFreedom] = [0, 0];
  for (const group of groups) {
    if (group.length < 2) continue;
    const centre = mean(group);
    for (const value of group) squares += (value - centre) ** 2;
    degreesOfFreedom += group.length - 1;
  }
  return {
    standardDeviation: degreesOfFreedom > 0 ? Math.sqrt(squares / degreesOfFreedom) : Number.NaN,
    degreesOfFreedom,
  };
}

/** The mean of `values` with the 90 % interval that the pooled noise gives it (Student's t). */
export function estimate(values: readonly number[], noise: Noise): Estimate {
  return around(mean(values), noise.standardDeviation / Math.sqrt(values.length), noise, values.length);
}

/** mean(a) − mean(b) with its 90 % interval; both share the pooled noise. */
export function difference(a: readonly number[], b: readonly number[], noise: Noise): Estimate {
  const error = standardErrorOfDifference(a.length, b.length, noise);
  return around(mean(a) - mean(b), error, noise, Math.min(a.length, b.length));
}

/** Probability that the mixture behind `a` has a lower expected value than the one behind `b`, flat priors. */
export function probabilityLower(a: readonly number[], b: readonly number[], noise: Noise): number {
  const gap = mean(a) - mean(b);
  const error = standardErrorOfDifference(a.length, b.length, noise);
  if (!(error > 0)) return gap < 0 ? 1 : gap > 0 ? 0 : 0.5;
  return studentTCdf(-gap / error, noise.degreesOfFreedom);
}

/** Standard error of a difference of two means of n and m runs. */
export function standardErrorOfDifference(n: number, m: number, noise: Noise): number {
  return noise.standardDeviation * Math.sqrt(1 / n + 1 / m);
}

function around(centre: number, error: number, noise: Noise, runs: number): Estimate {
  const half = error > 0 ? studentTQuantile(0.95, noise.degreesOfFreedom) * error : 0;
  return { mean: centre, lower: centre - half, upper: centre + half, runs };
}
