import { difference, type Estimate, mean, type Noise } from "@climb/numeric";
import { sameMixture } from "./confirm.js";
import type { SearchTarget } from "./events.js";
import type { ScoredRun } from "./objective.js";

/** A mixture that was trained with fresh seeds. */
export interface Confirmed {
  origin: string;
  mixture: number[];
  /** The objective with each fresh seed. */
  objectives: number[];
  /** For each target, the bits per byte with each fresh seed. */
  tasks: number[][];
}

/**
 * Groups the runs with fresh seeds by mixture, in the order they were planned. Replicates of the first round belong to
 * the mixture that they are of; those of a mixture that was not confirmed form no group of their own.
 */
export function groupConfirmed(targets: SearchTarget[], runs: ScoredRun[]): Confirmed[] {
  const groups: Confirmed[] = [];
  const planned = [...runs].sort((a, b) => Number(a.run.role === "replicate") - Number(b.run.role === "replicate"));
  for (const { run, tasks, objective } of planned) {
    const isOwn = (known: Confirmed) =>
      sameMixture(known.mixture, run.mixture) && (known.origin === run.origin || run.role === "replicate");
    let group = groups.find(isOwn);
    if (!group) {
      if (run.role === "replicate") continue;
      group = { origin: run.origin, mixture: run.mixture, objectives: [], tasks: targets.map(() => []) };
      groups.push(group);
    }
    group.objectives.push(objective);
    targets.forEach(({ name }, i) => {
      group.tasks[i]?.push(tasks.find((task) => task.target === name)?.bitsPerByte ?? Number.NaN);
    });
  }
  return groups;
}

/** For each target, one mixture minus another. */
export function taskDifferences(a: Confirmed, b: Confirmed, noise: readonly Noise[]): Estimate[] {
  return a.tasks.map((values, t) => difference(values, b.tasks[t] ?? [], noise[t] as Noise));
}

/**
 * The guardrails that a mixture breaks against the reference: those whose mean is worse by more than they allow, in bits
 * per byte.
 */
export function brokenGuardrails(
  targets: readonly SearchTarget[],
  group: Confirmed,
  reference: Confirmed,
): { name: string; by: number; allowed: number }[] {
  return targets.flatMap(({ name, role, maxRegression: allowed }, t) => {
    const by = mean(group.tasks[t] ?? []) - mean(reference.tasks[t] ?? []);
    return role === "guardrail" && by > allowed ? [{ name, by, allowed }] : [];
  });
}

/** The change against the reference of the target that gains least; guardrails do not count. Lower is better. */
export function worstChange(targets: readonly SearchTarget[], group: Confirmed, reference: Confirmed): number {
  return Math.max(
    ...targets.flatMap(({ role }, t) =>
      role === "guardrail" ? [] : [mean(group.tasks[t] ?? []) - mean(reference.tasks[t] ?? [])],
    ),
  );
}
