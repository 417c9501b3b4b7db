import type { SearchTarget, TaskScore } from "./events.js";
import type { SearchRun } from "./state.js";

/**
 * The objective of one run: the weighted mean of its targets' bits per byte.
 * @throws Error if a target has no score.
 */
export function objective(targets: SearchTarget[], tasks: TaskScore[]): number {
  const scores = new Map(tasks.map((task) => [task.target, task.bitsPerByte]));
  let [total, weights] = [0, 0];
  for (const { name, weight } of targets) {
    const score = scores.get(name);
    if (score === undefined) throw new Error(`target ${name} has no score`);
    total += weight * score;
    weights += weight;
  }
  return total / weights;
}

/** A run that succeeded, with its objective. */
export interface ScoredRun {
  run: SearchRun;
  tasks: TaskScore[];
  objective: number;
}

/** The runs that succeeded, in the order they were planned. */
export function scoredRuns(targets: SearchTarget[], runs: SearchRun[]): ScoredRun[] {
  return runs.flatMap((run) =>
    run.outcome?.state === "succeeded"
      ? [{ run, tasks: run.outcome.tasks, objective: objective(targets, run.outcome.tasks) }]
      : [],
  );
}
