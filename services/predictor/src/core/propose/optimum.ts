import { type Feasible, makeFeasible, projectKl } from "./constraints.js";

/** A differentiable function of the mixture, to be minimised. */
export interface SmoothObjective {
  value(w: Float64Array): number;
  gradient(w: Float64Array): Float64Array;
}

/**
 * Constrained minimum by entropic mirror descent: w ← projection of w · exp(−η · gradient), η found by backtracking
 * (Beck and
 * Teboulle, Mirror descent and nonlinear projected subgradient methods, 2003). The projection is the KL one, which the
 * multiplicative step goes with. The KL penalty of the set is added to the objective. Several starts, the best kept.
 */
export function constrainedOptimum(
  objective: SmoothObjective,
  set: Feasible,
  starts: readonly ArrayLike<number>[],
  iterations = 60,
): { mixture: Float64Array; value: number } {
  const penalised = withPenalty(objective, set);
  let best: { mixture: Float64Array; value: number } | undefined;
  for (const start of starts) {
    const found = descend(penalised, set, start, iterations);
    if (!best || found.value < best.value) best = found;
  }
  if (!best) throw new RangeError("constrainedOptimum needs at least one start");
  const mixture = makeFeasible(best.mixture, set);
  return { mixture, value: penalised.value(mixture) };
}

function descend(
  objective: SmoothObjective,
  set: Feasible,
  start: ArrayLike<number>,
  iterations: number,
): { mixture: Float64Array; value: number } {
  // A multiplicative step cannot leave zero, so every start is moved inside.
  let w = projectKl(
    Float64Array.from(start, (value) => 0.98 * value + 0.02 / start.length),
    set,
  );
  let value = objective.value(w);
  let rate = 1;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gradient = objective.gradient(w);
    const centre = gradient.reduce((total, g, j) => total + g * (w[j] as number), 0);
    const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g - centre)), 0);
    if (!(largest > 0)) break;
    let moved = false;
    for (let attempt = 0; attempt < 12 && !moved; attempt++) {
      const factor = (2 * rate) / largest;
      const next = projectKl(
        w.map((weight, j) => weight * Math.exp(-factor * ((gradient[j] as number) - centre))),
        set,
      );
      const nextValue = objective.value(next);
      if (nextValue < value) {
        const gain = value - nextValue;
        [w, value, moved] = [next, nextValue, true];
        rate = Math.min(1, rate * 1.5);
        if (gain < 1e-7 * Math.max(1, Math.abs(value))) return { mixture: w, value };
      } else rate /= 2;
    }
    if (!moved) break;
  }
  return { mixture: w, value };
}

function withPenalty(objective: SmoothObjective, set: Feasible): SmoothObjective {
  if (set.klStrength === 0) return objective;
  const ratio = (w: number, j: number) => Math.log(Math.max(w, 1e-12) / Math.max(set.prior[j] as number, 1e-12));
  return {
    value: (w) =>
      objective.value(w) + set.klStrength * w.reduce((total, weight, j) => total + weight * ratio(weight, j), 0),
    gradient: (w) => {
      const gradient = objective.gradient(w);
      return gradient.map((g, j) => g + set.klStrength * (ratio(w[j] as number, j) + 1));
    },
  };
}
