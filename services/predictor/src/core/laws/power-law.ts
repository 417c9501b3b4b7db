import { fastExp2, fastLog2, type PowerColumns, type Random } from "@climb/numeric";
import { capacityLine } from "./capacity.js";
import { type Minimum, minimise } from "./least-squares.js";
import { type PowerLaw, type PowerLawRows, packed, problemOf, startingPoint, unpacked } from "./power-law-problem.js";
import { effectiveWeight, effectiveWeightSlope } from "./repetition.js";

export type { PowerLaw } from "./power-law-problem.js";

export interface PowerLawOptions {
  /** Ridge strength on log a_j: how alike the domains are without evidence. */
  lambda: number;
  /** Starting points, at least 1. */
  starts: number;
  maxIterations: number;
}

export const defaultPowerLaw: PowerLawOptions = { lambda: 1e-3, starts: 2, maxIterations: 80 };

const MAX_EXPONENT = 30;
/** Weights below are not told apart: w^γ has no slope at 0. */
const SMALLEST_WEIGHT = 1e-6;

/** @param capacity one of the sizes of proxy that were fitted; the size that is predicted for when not given */
export function evaluatePowerLaw(law: PowerLaw, weights: ArrayLike<number>, capacity?: number): number {
  const { c, k } = levelAt(law, capacity);
  return c + Math.exp(clip(k - law.b * Math.log(effectiveShare(law, weights))));
}

/**
 * {@link evaluatePowerLaw} of many mixtures, to within 1e-13 of c and of what is above it.
 * @param weights see {@link weightPowers}
 * @param capacities of each row, as the capacity there
 */
export function predictPowerLaw(law: PowerLaw, weights: PowerColumns, capacities?: Float64Array): Float64Array {
  const { a, b, gamma, epsilon } = law;
  const level = levelAt(law);
  const shares = weights.sums(gamma, a.map(Math.log2), epsilon);
  return shares.map((share, i) => {
    const { c, k } = capacities ? levelAt(law, capacities[i]) : level;
    return c + fastExp2(clip(k - b * Math.LN2 * fastLog2(share)) * Math.LOG2E);
  });
}

function levelAt({ c, k, sizes }: PowerLaw, capacity?: number): { c: number; k: number } {
  const size = sizes?.capacities.indexOf(capacity ?? Number.NaN) ?? -1;
  return sizes && size >= 0 ? { c: sizes.c[size] as number, k: sizes.k[size] as number } : { c, k };
}

/** ∂L/∂w, one entry for each domain; near w_j = 0 the slope at 1e-6. */
export function powerLawGradient(law: PowerLaw, weights: ArrayLike<number>): Float64Array {
  const share = effectiveShare(law, weights);
  const slope = (-law.b * Math.exp(clip(law.k - law.b * Math.log(share)))) / share;
  return law.a.map((a, j) => {
    const w = Math.max(weights[j] as number, SMALLEST_WEIGHT);
    const onset = law.onset?.[j];
    const inner = onset === undefined ? 1 : effectiveWeightSlope(w, onset);
    return slope * a * law.gamma * effective(w, onset) ** (law.gamma - 1) * inner;
  });
}

/**
 * Least squares from several starts: minimises Σ (L(w_i) − y_i)² / s² + λ·n/m·Σ (log a_j)², s² the variance of y among
 * the runs of the same size, with 0 ≤ c < min(y) for positive values. Proxies of several sizes share everything but c
 * and k (the mixture's effect is the same, what is left and how much it matters are not: CAMEL, arXiv 2603.08022), and
 * those of another size lie on lines over the logarithm of the size.
 * @param nearby a fit of the same rows at another strength; then it is the only start
 * @throws RangeError if the values of a size are constant
 */
export function fitPowerLaw(
  rows: PowerLawRows,
  random: Random,
  options: PowerLawOptions = defaultPowerLaw,
  nearby?: PowerLaw,
): PowerLaw {
  const problem = problemOf(rows, options.lambda);
  const starts = nearby
    ? [packed(nearby)]
    : Array.from({ length: options.starts }, (_, start) => startingPoint(problem, start, random));
  let best: Minimum | undefined;
  for (const start of starts) {
    const found = minimise(problem, start, options.maxIterations);
    if (!best || found.cost < best.cost) best = found;
  }
  const { shared, levels } = unpacked((best as Minimum).parameters, problem.capacities);
  return {
    ...shared,
    ...capacityLine(levels, rows.targetCapacity),
    ...(levels.capacities.length > 1 && { sizes: levels }),
    ...(rows.onset && { onset: rows.onset }),
  };
}

function effectiveShare({ epsilon, gamma, a, onset }: PowerLaw, weights: ArrayLike<number>): number {
  let share = epsilon;
  for (let j = 0; j < a.length; j++) {
    const w = weights[j] as number;
    if (w > 0) share += (a[j] as number) * effective(w, onset?.[j]) ** gamma;
  }
  return share;
}

function effective(weight: number, onset: number | undefined): number {
  return onset === undefined ? weight : effectiveWeight(weight, onset);
}

function clip(z: number): number {
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, z));
}
