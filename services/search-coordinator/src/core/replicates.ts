import { type Noise, pooledNoise } from "@climb/numeric";
import { sameMixture } from "./confirm.js";
import type { SearchTarget } from "./events.js";
import { objective } from "./objective.js";
import { confirmationSeeds, type Plan } from "./plan.js";
import type { SearchRun } from "./state.js";

/**
 * Seeds with which the baselines and one explored mixture are trained again in the first round: the confirmation's own
 * first ones, so that the baselines' runs are made once. One is left for the confirmation.
 */
export function replicateSeeds(plan: Plan): number[] {
  return confirmationSeeds(plan).slice(0, Math.min(2, plan.confirmationSeeds - 1));
}

/** The spread between seeds so far. */
export interface MeasuredNoise {
  objective: Noise;
  /** One for each target, in order. */
  tasks: Noise[];
}

/** Runs by their mixture, one for each seed that it was trained with, in the order in which mixtures come first. */
export function seedGroups<Run extends { mixture: number[]; seed: number }>(runs: readonly Run[]): Run[][] {
  const groups: Run[][] = [];
  for (const run of runs) {
    const group = groups.find(([one]) => one && sameMixture(one.mixture, run.mixture));
    if (!group) groups.push([run]);
    else if (group.every(({ seed }) => seed !== run.seed)) group.push(run);
  }
  return groups;
}

/** Pools the spread between seeds over all mixtures that were trained with several so far, at the answer's size. */
export function measuredNoise(targets: SearchTarget[], runs: readonly SearchRun[]): MeasuredNoise {
  const groups = seedGroups(runs.filter(({ outcome, role }) => outcome?.state === "succeeded" && role !== "smaller"));
  const pooled = (value: (run: SearchRun) => number) => pooledNoise(groups.map((group) => group.map(value)));
  const score = (run: SearchRun, name: string) =>
    run.outcome?.tasks.find(({ target }) => target === name)?.bitsPerByte ?? Number.NaN;
  return {
    objective: pooled((run) => objective(targets, run.outcome?.tasks ?? [])),
    tasks: targets.map(({ name }) => pooled((run) => score(run, name))),
  };
}
