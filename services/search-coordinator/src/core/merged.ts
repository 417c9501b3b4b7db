import { sameMixture } from "./confirm.js";
import type { SearchDomain } from "./events.js";
import { exploreSeed, type Plan } from "./plan.js";
import type { SearchRun } from "./state.js";

/**
 * Whether a run is an average of components, which is no training: where components are merged, every run of the exploring seed but the components themselves.
 */
export function isMerged(plan: Pick<Plan, "strategy" | "seed">, run: Pick<SearchRun, "role" | "seed">): boolean {
  return plan.strategy === "merge" && run.role !== "component" && run.seed === exploreSeed(plan);
}

/** The runs that were trained, which alone tell of the noise between seeds. */
export function trainedRuns<R extends Pick<SearchRun, "role" | "seed">>(
  plan: Pick<Plan, "strategy" | "seed">,
  runs: readonly R[],
): R[] {
  return runs.filter((run) => !isMerged(plan, run));
}

/** Mixtures of one domain each: what is trained to be merged. Domains that are too small have none. */
export function componentMixtures(
  domains: readonly SearchDomain[],
  minimumTokens: number,
): { id: string; mixture: number[] }[] {
  return domains.flatMap(({ id, tokens }, j) =>
    tokens >= minimumTokens ? [{ id, mixture: domains.map((_, k) => (k === j ? 1 : 0)) }] : [],
  );
}

/** A confirmed mixture's objective by merging and by training. */
export interface MergedPair {
  merged: number;
  trained: number;
}

/** Confirmed mixtures whose components were averaged too. @param measured merged runs by mixture, with their objective */
export function mergedPairs(
  measured: readonly { mixture: number[]; objective: number }[],
  confirmed: readonly { mixture: number[]; objective: number }[],
): MergedPair[] {
  return confirmed.flatMap(({ mixture, objective }) => {
    const merged = measured.find((known) => sameMixture(known.mixture, mixture));
    return merged ? [{ merged: merged.objective, trained: objective }] : [];
  });
}
