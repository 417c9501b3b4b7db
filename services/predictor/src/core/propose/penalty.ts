import { type Predictor, predictTarget } from "../ensemble.js";
import { GUARD_STRENGTH } from "./guard.js";
import { asMatrix, stack } from "./objectives.js";
import type { ProposalRequest } from "./request.js";

/**
 * What is added to the objective of each mixture when mixtures are chosen, at least 0: the KL penalty and broken
 * guardrails, all in units of the objective.
 */
export function penalties(
  mixtures: readonly Float64Array[],
  { set, features, guards = [] }: Pick<ProposalRequest, "set" | "features" | "guards">,
  predictor: Predictor,
): Float64Array {
  const total = Float64Array.from(mixtures, (mixture) => set.klStrength * divergence(mixture, set.prior));
  if (guards.length === 0 || mixtures.length === 0) return total;
  const rows = stack(mixtures, set.prior.length);
  for (const { target, maxRegression, reference } of guards) {
    const values = predictTarget(predictor, features, target, rows);
    const [atReference = 0] = predictTarget(predictor, features, target, asMatrix(reference));
    values.forEach((value, i) => {
      const broken = Math.max(0, value - atReference - maxRegression);
      total[i] = (total[i] as number) + GUARD_STRENGTH * broken;
    });
  }
  return total;
}

/** KL(mixture ‖ prior) in nats; a prior of 0 counts as 1e-12. */
function divergence(mixture: Float64Array, prior: Float64Array): number {
  let total = 0;
  mixture.forEach((w, j) => {
    if (w > 0) total += w * Math.log(w / Math.max(prior[j] as number, 1e-12));
  });
  return total;
}
