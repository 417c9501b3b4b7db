import { sum } from "@climb/numeric";
import type { SearchDomain } from "./events.js";
import { overallMixture, wholeDomains } from "./phases.js";
import type { Plan } from "./plan.js";

/** Tokens T of the target run: what the user said, else as many as the domains have. */
export function targetTokens(plan: Plan, domains: SearchDomain[]): number {
  return plan.targetTokens > 0 ? plan.targetTokens : sum(wholeDomains(domains).map((domain) => domain.tokens));
}

/**
 * Greatest weight of each domain: its bound, and w_j ≤ cap·N_j / T (arXiv 2602.12237, section 4). A domain with
 * fewer than `minimumTokens` cannot fill one window of a proxy and gets 0.
 */
export function upperWeights(plan: Plan, domains: SearchDomain[], minimumTokens: number): number[] {
  const total = targetTokens(plan, domains);
  const bounds = new Map(plan.bounds.map((bound) => [bound.domainId, bound.upper]));
  return domains.map(({ id, tokens }) =>
    tokens < minimumTokens ? 0 : Math.min(1, bounds.get(id) ?? 1, (plan.maxRepetition * tokens) / total),
  );
}

/** Times each domain is repeated over the target run: w_j·T / N_j, by all of its weights. */
export function repetitions(mixture: ArrayLike<number>, plan: Plan, domains: SearchDomain[]): number[] {
  const total = targetTokens(plan, domains);
  const overall = overallMixture(mixture, domains);
  return domains.map(({ tokens }, i) => (tokens > 0 ? ((overall[i % overall.length] as number) * total) / tokens : 0));
}

/** Whether a mixture keeps all upper and lower weights and the ratios of fixed groups, up to rounding to 1e-6. */
export function isFeasible(
  mixture: ArrayLike<number>,
  plan: Plan,
  domains: SearchDomain[],
  minimumTokens: number,
): boolean {
  const whole = wholeDomains(domains);
  if (whole.length < domains.length) {
    const inDecay = sum(Array.from(mixture).slice(whole.length));
    const parted = Math.abs(inDecay - (plan.decayShare ?? 0)) <= 2e-6 * domains.length;
    return parted && isFeasible(overallMixture(mixture, domains), plan, whole, minimumTokens);
  }
  const upper = upperWeights(plan, domains, minimumTokens);
  const lower = new Map(plan.bounds.map((bound) => [bound.domainId, bound.lower]));
  const weights = new Map(domains.map(({ id }, j) => [id, mixture[j] as number]));
  const grouped = plan.fixedGroups.every(({ domainIds, ratios }) => {
    const group = sum(domainIds.map((id) => weights.get(id) ?? 0));
    const total = sum(ratios);
    return domainIds.every((id, i) => {
      return Math.abs((weights.get(id) ?? 0) - (group * (ratios[i] as number)) / total) <= 5e-6;
    });
  });
  if (!grouped) return false;
  return domains.every(({ id }, j) => {
    const weight = mixture[j] as number;
    return weight <= (upper[j] as number) + 2e-6 && weight >= (lower.get(id) ?? 0) - 2e-6;
  });
}
