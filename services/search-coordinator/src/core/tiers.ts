import type { SearchDomain } from "./events.js";

/** How many times as often as a token of the poorest tier one of the best is drawn; 1 is no cut at all. */
export const CURVES: readonly number[] = [1, 2, 4, 8];

/** Domains whose ratios to each other are kept. */
export interface TierGroup {
  domainIds: string[];
  ratios: number[];
}

/** Whether domains are cut into tiers of quality. */
export function isTiered(domains: readonly SearchDomain[]): boolean {
  return domains.some(({ parent }) => parent !== undefined);
}

/** Numbers that a mixture of some domains is made of: tiers of one domain count once, and the curve that they share once more. */
export function freeWeights(domains: readonly SearchDomain[]): number {
  return new Set(domains.map(({ id, parent }) => parent ?? id)).size + (isTiered(domains) ? 1 : 0);
}

/**
 * Ratios of the tiers within each domain for one curve that all share: a tier's tokens times curve^((tier − 1) / (tiers − 1)),
 * which never falls from a tier to a better one, as the upsampling curves of Olmo 3 do (arXiv 2512.13961).
 * Tiers that are too small to be trained on are left out, and so are domains with one tier left.
 */
export function tierGroups(domains: readonly SearchDomain[], minimumTokens: number, curve: number): TierGroup[] {
  const best = Math.max(...domains.map(({ tier = 1 }) => tier));
  const parents = new Map<string, SearchDomain[]>();
  for (const domain of domains) {
    if (domain.parent === undefined || domain.tokens < minimumTokens) continue;
    parents.set(domain.parent, [...(parents.get(domain.parent) ?? []), domain]);
  }
  return [...parents.values()]
    .filter((members) => members.length > 1)
    .map((members) => ({
      domainIds: members.map(({ id }) => id),
      ratios: members.map(({ tokens, tier = 1 }) => tokens * curve ** ((tier - 1) / (best - 1))),
    }));
}

/** Counts of mixtures for each curve: the best one gets half, its neighbours share the rest. @param best its index */
export function sharedAmongCurves(count: number, best: number): number[] {
  const neighbours = [best - 1, best + 1].filter((k) => k >= 0 && k < CURVES.length);
  const counts = CURVES.map(() => 0);
  counts[best] = Math.ceil(count / 2);
  for (let left = count - Math.ceil(count / 2), k = 0; left > 0; left--, k++) {
    const at = neighbours[k % neighbours.length] as number;
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}
