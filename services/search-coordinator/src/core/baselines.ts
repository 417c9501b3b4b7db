import { normalise, roundMixture } from "@climb/numeric";
import type { SearchDomain } from "./events.js";

export interface Baseline {
  name: "proportional" | "uniform";
  mixture: number[];
}

/**
 * The two mixtures that every search is compared with: weights by tokens, and equal weights. Domains with fewer than
 * `minimumTokens` cannot be trained on and are left out of both.
 */
export function baselines(domains: SearchDomain[], minimumTokens: number): Baseline[] {
  const usable = domains.map((domain) => domain.tokens >= minimumTokens);
  const weights = (of: (domain: SearchDomain) => number) =>
    Array.from(roundMixture(normalise(domains.map((domain, j) => (usable[j] ? of(domain) : 0)))));
  return [
    { name: "proportional", mixture: weights((domain) => domain.tokens) },
    { name: "uniform", mixture: weights(() => 1) },
  ];
}
