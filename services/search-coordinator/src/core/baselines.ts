import { normalise, roundMixture } from "@climb/numeric";
import { WITHIN } from "./baseline-names.js";
import { sameMixture } from "./confirm.js";
import { isFeasible, targetTokens } from "./constraints.js";
import type { SearchDomain } from "./events.js";
import { type Phased, partOfRun, wholeDomains } from "./phases.js";
import type { Plan } from "./plan.js";
import { unimax } from "./unimax.js";

/** A mixture that the answer is compared with. */
export interface Baseline {
  name: string;
  /** Weights in the order of the domains, multiples of 1e-6. */
  mixture: number[];
  /** Further names of the same mixture. */
  also: string[];
  /** Whether it keeps the constraints, so that it may be the answer. */
  feasible: boolean;
}

/** The mixtures that every search of these domains is compared with, by weights before the constraints. */
export interface RawBaselines {
  proportional: number[];
  uniform: number[];
}

/**
 * Weights by tokens, and equal weights. Domains with fewer than `minimumTokens` cannot be trained on and are left out of
 * both.
 */
export function rawBaselines(plan: Phased, domains: readonly SearchDomain[], minimumTokens: number): RawBaselines {
  const usable = domains.map((domain) => domain.tokens >= minimumTokens);
  const weights = (of: (domain: SearchDomain) => number) =>
    Array.from(
      roundMixture(normalise(domains.map((domain, j) => (usable[j] ? of(domain) * partOfRun(plan, domain) : 0)))),
    );
  return { proportional: weights((domain) => domain.tokens), uniform: weights(() => 1) };
}

/**
 * All baselines: proportional, uniform and UniMax, then the nearest feasible mixtures of the first two where they break a
 * constraint, then the user's own. One that is the same as an earlier one is a further name of that.
 * @param projected the nearest feasible mixtures of the raw ones; may be the raw ones where those are feasible
 */
export function baselines(
  plan: Plan,
  domains: SearchDomain[],
  minimumTokens: number,
  projected: RawBaselines,
): Baseline[] {
  const { proportional, uniform } = rawBaselines(plan, domains, minimumTokens);
  const whole = wholeDomains(domains);
  // The same mixture in every part of a run.
  const throughout = (weights: ArrayLike<number>) =>
    Array.from(
      roundMixture(domains.map((domain, i) => (weights[i % whole.length] as number) * partOfRun(plan, domain))),
    );
  const usable = whole.map(({ tokens }) => (tokens >= minimumTokens ? tokens : 0));
  const even = throughout(unimax(usable, targetTokens(plan, domains), plan.maxRepetition));
  const given = plan.baselines.map(({ name, weights }) => ({
    name,
    mixture: throughout(normalise(whole.map(({ id }) => weights[id] ?? 0))),
  }));
  const found: Baseline[] = [];
  for (const { name, mixture } of [
    { name: "proportional", mixture: proportional },
    { name: "uniform", mixture: uniform },
    { name: "unimax", mixture: even },
    { name: `proportional ${WITHIN}`, mixture: projected.proportional },
    { name: `uniform ${WITHIN}`, mixture: projected.uniform },
    ...given,
  ]) {
    const same = found.find((known) => sameMixture(known.mixture, mixture));
    // A feasible one is its own projection: that is no further name worth telling.
    if (!same) found.push({ name, mixture, also: [], feasible: isFeasible(mixture, plan, domains, minimumTokens) });
    else if (!(name.endsWith(WITHIN) && name.startsWith(same.name))) same.also.push(name);
  }
  return found;
}

/** What targets are held against: the token shares, or the nearest feasible mixture if those break a constraint. */
export function referenceBaseline(all: readonly Baseline[]): Baseline {
  const [proportional] = all;
  if (!proportional) throw new Error("there are no baselines");
  if (proportional.feasible) return proportional;
  const within = `proportional ${WITHIN}`;
  return all.find(({ name, also }) => name === within || also.includes(within)) ?? proportional;
}
