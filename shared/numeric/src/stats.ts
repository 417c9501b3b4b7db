import { sum, type Vector } from "./vector.js";

/** Arithmetic mean. NaN for an empty array. */
export function mean(values: Vector): number {
  return sum(values) / values.length;
}

/** Unbiased variance (n − 1 in the denominator). NaN for fewer than two values. */
export function variance(values: Vector): number {
  const centre = mean(values);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += ((values[i] as number) - centre) ** 2;
  return total / (values.length - 1) || (values.length > 1 ? 0 : Number.NaN);
}

/** Square root of the unbiased {@link variance}; NaN for fewer than two values. */
export function standardDeviation(values: Vector): number {
  return Math.sqrt(variance(values));
}

/** Quantile q in [0, 1] by linear interpolation between order statistics (type 7 of Hyndman and Fan). */
export function quantile(values: Vector, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (position - below) * (high - low);
}

/** The middle value, or the mean of both middle ones; NaN for an empty array. */
export function median(values: Vector): number {
  return quantile(values, 0.5);
}

/** Ranks from 1, equal values share the mean of their ranks. */
export function ranks(values: Vector): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => (values[i] as number) - (values[j] as number),
  );
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) result[order[i] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}

/** Pearson's correlation. NaN if either side is constant. */
export function pearson(a: Vector, b: Vector): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] as number) - meanA, (b[i] as number) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Spearman's rank correlation, ties at their mean rank. NaN if either side is constant. */
export function spearman(a: Vector, b: Vector): number {
  return pearson(ranks(a), ranks(b));
}

/** Share of variance explained: 1 − Σ(y − ŷ)² / Σ(y − ȳ)². */
export function rSquared(actual: Vector, predicted: Vector): number {
  const centre = mean(actual);
  let [residual, total] = [0, 0];
  for (let i = 0; i < actual.length; i++) {
    residual += ((actual[i] as number) - (predicted[i] as number)) ** 2;
    total += ((actual[i] as number) - centre) ** 2;
  }
  return 1 - residual / total;
}

/**
 * Probability that a Student-t variable with `degrees` > 0 degrees of freedom is at most t,
 * by the regularised incomplete beta function (Abramowitz and Stegun 26.7.1).
 */
export function studentTCdf(t: number, degrees: number): number {
  const tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** The t for which {@link studentTCdf} is p, 0 < p < 1, by bisection. */
export function studentTQuantile(p: number, degrees: number): number {
  let [low, high] = [-1, 1];
  while (studentTCdf(low, degrees) > p) low *= 2;
  while (studentTCdf(high, degrees) < p) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-12 * Math.max(1, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta I_x(a, b), continued fraction by Lentz's method (Numerical Recipes 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) - logBeta(a, b)) / a;
  const tiny = 1e-300;
  let [c, d, fraction] = [1, 0, 1];
  for (let i = 0; i <= 300; i++) {
    const m = i >> 1;
    const numerator =
      i === 0
        ? 1
        : i % 2 === 0
          ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
          : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (Math.abs(1 + numerator * d) < tiny ? tiny : 1 + numerator * d);
    c = Math.abs(1 + numerator / c) < tiny ? tiny : 1 + numerator / c;
    fraction *= c * d;
    if (Math.abs(1 - c * d) < 1e-14) break;
  }
  return front * (fraction - 1);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0, Lanczos' approximation with g = 7 and nine terms. */
function logGamma(x: number): number {
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  const series = terms.reduce((total, term, i) => (i === 0 ? term : total + term / (y + i)), 0);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(series);
}
