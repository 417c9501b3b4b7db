import { projectToSimplex } from "@climb/numeric";

/**
 * Weights ≥ 0 with sum 1 of the least squared error of the combined held-out predictions (Breiman, Stacked Regressions,
 * 1996),
 * with a pull of 1e-3 towards equal weights that settles ties between models that agree. Projected gradient; the
 * problem is
 * convex and has as many unknowns as models.
 * @param predictions one array per model, all as long as `actual`
 */
export function stackingWeights(predictions: readonly Float64Array[], actual: Float64Array): Float64Array {
  const count = predictions.length;
  const errors = predictions.map((predicted) => predicted.map((value, i) => value - (actual[i] as number)));
  const gram = errors.map((a) => errors.map((b) => a.reduce((total, value, i) => total + value * (b[i] as number), 0)));
  const size = Math.max(...gram.map((line, a) => line[a] as number), 1e-300);
  // Σ weights = 1, so the combined error is Σ weight · error and its square a quadratic form in the errors' Gram
  // matrix.
  const pull = (1e-3 * Math.min(...gram.map((line, a) => line[a] as number))) / count;
  const step = 1 / (count * size + pull);
  let weights: Float64Array = new Float64Array(count).fill(1 / count);
  for (let iteration = 0; iteration < 3000; iteration++) {
    const moved = weights.map((weight, a) => {
      let slope = pull * (weight - 1 / count);
      for (let b = 0; b < count; b++) slope += ((gram[a] as number[])[b] as number) * (weights[b] as number);
      return weight - step * slope;
    });
    const next = projectToSimplex(moved);
    const change = next.reduce((largest, weight, a) => Math.max(largest, Math.abs(weight - (weights[a] as number))), 0);
    weights = next;
    if (change < 1e-10) break;
  }
  return weights;
}
