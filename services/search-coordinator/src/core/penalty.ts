import { klDivergence, normalise } from "@climb/numeric";
import type { SearchDomain } from "./events.js";
import { partOfRun } from "./phases.js";
import type { Plan } from "./plan.js";

/** What the KL penalty adds to the objective of a mixture when mixtures are chosen: strength · KL(w ‖ token shares). */
export function klPenalty(mixture: readonly number[], plan: Plan, domains: readonly SearchDomain[]): number {
  if (plan.klStrength === 0) return 0;
  // The predictor's prior: a share of 0 counts as 1e-12.
  const shares = normalise(domains.map((domain) => domain.tokens * partOfRun(plan, domain))).map((share) =>
    Math.max(share, 1e-12),
  );
  return plan.klStrength * klDivergence(mixture, shares);
}
