import { sum, type Vector } from "./vector.js";

/** Divides by the sum. @throws RangeError on a negative or non-finite entry, or a sum of zero. */
export function normalise(weights: Vector): Float64Array {
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (!(weight >= 0 && Number.isFinite(weight)))
      throw new RangeError(`weight ${i} is ${weight}, expected a number ≥ 0`);
  }
  const total = sum(weights);
  if (!(total > 0)) throw new RangeError("the weights sum to zero");
  return Float64Array.from(weights, (weight) => weight / total);
}

/**
 * The point of {w : lower ≤ w ≤ upper, Σw = 1} nearest to v in Euclidean distance, by bisection on the
 * multiplier of the sum (the projection is clamp(v − τ) for the τ that makes it sum to one).
 * @throws RangeError if the set is empty: Σlower > 1, Σupper < 1 or lower > upper.
 */
export function projectToSimplex(v: Vector, lower?: Vector, upper?: Vector): Float64Array {
  const n = v.length;
  const low = (i: number) => (lower ? (lower[i] as number) : 0);
  const high = (i: number) => (upper ? Math.min(1, upper[i] as number) : 1);
  let [sumLow, sumHigh] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (low(i) > high(i)) throw new RangeError(`bound ${i}: lower ${low(i)} is above upper ${high(i)}`);
    sumLow += low(i);
    sumHigh += high(i);
  }
  if (sumLow > 1 + 1e-9) throw new RangeError(`the lower bounds sum to ${sumLow}, more than 1`);
  if (sumHigh < 1 - 1e-9) throw new RangeError(`the upper bounds sum to ${sumHigh}, less than 1`);

  const clamp = (i: number, tau: number) => Math.min(high(i), Math.max(low(i), (v[i] as number) - tau));
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < n; i++) {
    left = Math.min(left, (v[i] as number) - high(i));
    right = Math.max(right, (v[i] as number) - low(i));
  }
  for (let step = 0; step < 200; step++) {
    const tau = (left + right) / 2;
    let total = 0;
    for (let i = 0; i < n; i++) total += clamp(i, tau);
    if (total > 1) left = tau;
    else right = tau;
    if (right - left <= 1e-16 * Math.max(1, Math.abs(left))) break;
  }
  return Float64Array.from({ length: n }, (_, i) => clamp(i, (left + right) / 2));
}

/**
 * Rounds a mixture to multiples of 1e-6 that sum to exactly one (in millionths), by largest remainder,
 * ties to the lower index. The same mixture always gets the same digits, so they can name a run.
 */
export function toMillionths(weights: Vector): Int32Array {
  const exact = Float64Array.from(normalise(weights), (weight) => weight * 1e6);
  const result = Int32Array.from(exact, Math.floor);
  let missing = 1_000_000 - sum(result);
  const order = Array.from({ length: exact.length }, (_, i) => i).sort(
    (i, j) => (exact[j] as number) - (result[j] as number) - ((exact[i] as number) - (result[i] as number)) || i - j,
  );
  for (const i of order) {
    if (missing-- <= 0) break;
    result[i] = (result[i] as number) + 1;
  }
  return result;
}

/** The mixture rounded to 1e-6, see {@link toMillionths}. */
export function roundMixture(weights: Vector): Float64Array {
  return Float64Array.from(toMillionths(weights), (millionths) => millionths / 1e6);
}

/** exp(entropy): how many domains the mixture effectively uses, from 1 to its length. */
export function effectiveDomains(weights: Vector): number {
  let entropy = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    if (weight > 0) entropy -= weight * Math.log(weight);
  }
  return Math.exp(entropy);
}

/** Kullback-Leibler divergence KL(p‖q) in nats; infinite where p > 0 and q = 0. */
export function klDivergence(p: Vector, q: Vector): number {
  let total = 0;
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [p[i] as number, q[i] as number];
    if (a > 0) total += b > 0 ? a * Math.log(a / b) : Number.POSITIVE_INFINITY;
  }
  return total;
}
