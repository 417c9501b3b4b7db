import type { SearchTarget } from "./events.js";
import { scoredRuns } from "./objective.js";
import { exploreSeed, type Plan } from "./plan.js";
import type { SearchRun } from "./state.js";

/** How a search stands so far, in weighted mean bits per byte, by runs that share the exploring seed. */
export interface Standing {
  /** The lowest objective of all mixtures, baselines included; undefined before the first run. */
  best?: number;
  /** The lowest objective of the baselines less the best one, never below 0; undefined before a baseline was trained. */
  gain?: number;
}

/** @param runs in any order; those that did not succeed, or have fresh seeds or another size, do not count */
export function standing({
  targets,
  plan,
  runs,
}: {
  targets: SearchTarget[];
  plan: Plan;
  runs: SearchRun[];
}): Standing {
  const shared = scoredRuns(
    targets,
    runs.filter(({ seed, role }) => seed === exploreSeed(plan) && role !== "smaller"),
  );
  if (shared.length === 0) return {};
  const lowest = (of: typeof shared) => of.reduce((least, { objective }) => Math.min(least, objective), Infinity);
  const best = lowest(shared);
  const baselines = shared.filter(({ run }) => run.role === "baseline");
  return baselines.length > 0 ? { best, gain: lowest(baselines) - best } : { best };
}
