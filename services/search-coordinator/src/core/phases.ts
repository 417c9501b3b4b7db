import { normalise } from "@climb/numeric";
import type { SearchDomain } from "./events.js";
import type { Plan } from "./plan.js";

/** A plan as far as it says whether the decay of the learning rate has a mixture of its own. */
export type Phased = Pick<Plan, "decayShare">;

/** The id of a domain's weight in the decay. */
function decayId(id: string): string {
  return `decay/${id}`;
}

/**
 * What is searched: the domains or, where the decay has a mixture of its own, their weights before it and then in it. Those in
 * it are domains of their own for all that follows, which know what they are weights of.
 */
export function searchedWeights({ decayShare = 0 }: Phased, domains: readonly SearchDomain[]): SearchDomain[] {
  if (decayShare === 0) return [...domains];
  const inDecay = domains.map(({ id, label, tokens }) => ({
    id: decayId(id),
    label: `${label}, in the decay`,
    tokens,
    decayOf: id,
  }));
  return [...domains, ...inDecay];
}

/** The domains alone. */
export function wholeDomains<D extends Pick<SearchDomain, "decayOf">>(domains: readonly D[]): D[] {
  return domains.filter(({ decayOf }) => decayOf === undefined);
}

/** Share of the run that a weight's part of it is. */
export function partOfRun({ decayShare = 0 }: Phased, { decayOf }: Pick<SearchDomain, "decayOf">): number {
  return decayOf === undefined ? 1 - decayShare : decayShare;
}

/** Each domain's weight in the whole run. @param mixture by searched weights */
export function overallMixture(mixture: ArrayLike<number>, domains: readonly SearchDomain[]): number[] {
  const count = wholeDomains(domains).length;
  return Array.from({ length: count }, (_, j) => {
    let weight = 0;
    for (let i = j; i < domains.length; i += count) weight += mixture[i] as number;
    return weight;
  });
}

/** The mixtures of the two parts of a run, each of which sums to 1. @param mixture by searched weights, as long as twice the domains */
export function mixturesOfParts(mixture: readonly number[]): { general: number[]; decay: number[] } {
  const count = mixture.length / 2;
  const part = (from: number, to: number) => Array.from(normalise(mixture.slice(from, to)));
  return { general: part(0, count), decay: part(count, mixture.length) };
}
