import { argMax, type Random } from "@climb/numeric";
import type { BatchPrediction, Predictor } from "../ensemble.js";

/** The lowest held-out prediction of the objective among the rows that were fitted. */
export function bestHeldOut(predictor: Predictor): number {
  const rows = predictor.targets[0]?.outOfFold.length ?? 0;
  const measured = Float64Array.from({ length: rows }, (_, r) =>
    predictor.single
      ? (predictor.single.outOfFold[r] as number)
      : predictor.targets.reduce(
          (total, target, t) => total + (predictor.shares[t] as number) * (target.outOfFold[r] as number),
          0,
        ),
  );
  return measured[argMax(measured.map((value) => -value))] ?? Number.POSITIVE_INFINITY;
}

/**
 * E[max(incumbent − f, 0)] for a normal f (Jones, Schonlau and Welch, 1998), one entry for each candidate, in units of
 * the objective.
 * @param values predicted objective of each candidate, with its penalties
 * @param incumbent the least such value among the mixtures that are known
 */
export function expectedImprovement(
  values: Float64Array,
  prediction: BatchPrediction,
  incumbent: number,
): Float64Array {
  return values.map((value, i) => {
    const deviation = Math.max(prediction.uncertainty[i] as number, 1e-12);
    const z = (incumbent - value) / deviation;
    return deviation * (z * normalCdf(z) + Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
  });
}

/** The optimistic end of the 90 % interval of the expected value: the upper confidence bound, of a value to be lowered. */
export function optimisticBound(values: Float64Array, prediction: BatchPrediction): Float64Array {
  return values.map((value, i) => value - 1.6449 * (prediction.uncertainty[i] as number));
}

/** One sample of the objective over all candidates with the jackknife's covariance between them. */
export function thompsonDraw(values: Float64Array, prediction: BatchPrediction, random: Random): Float64Array {
  const folds = prediction.draws;
  const coefficients = folds.map(() => random.normal() * Math.sqrt((folds.length - 1) / folds.length));
  return values.map((value, i) => {
    let centre = 0;
    for (const fold of folds) centre += (fold[i] as number) / folds.length;
    return folds.reduce(
      (total, fold, k) => total + (coefficients[k] as number) * ((fold[i] as number) - centre),
      value,
    );
  });
}

/** Indices by ascending value, ties by index. */
export function ascending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** Φ(z) by Abramowitz and Stegun 7.1.26 for erf, absolute error below 1e-6. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x);
  return z >= 0 ? 1 - tail / 2 : tail / 2;
}
