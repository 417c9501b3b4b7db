import { mean } from "@climb/numeric";
import { sameMixture } from "./confirm.js";
import type { SearchTarget } from "./events.js";
import {
  difference,
  type Estimate,
  estimate,
  type Noise,
  pooledNoise,
  probabilityLower,
  standardErrorOfDifference,
} from "./noise.js";
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

/** A confirmed mixture beside the answer. */
export interface Comparison {
  name: string;
  mixture: number[];
  objective: Estimate;
  tasks: Estimate[];
  /** Answer minus this one; negative means the answer is better. */
  difference: Estimate;
  probabilityAnswerIsBetter: number;
}

export interface Decision {
  mixture: number[];
  origin: string;
  objective: Estimate;
  tasks: Estimate[];
  baselines: Comparison[];
  runnersUp: Comparison[];
  noise: Noise;
  warnings: string[];
}

/** Groups the confirmation runs by mixture, in the order they were planned. */
export function groupConfirmed(targets: SearchTarget[], runs: ScoredRun[]): Confirmed[] {
  const groups: Confirmed[] = [];
  for (const { run, tasks, objective } of runs) {
    let group = groups.find((known) => sameMixture(known.mixture, run.mixture) && known.origin === run.origin);
    if (!group) {
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

/**
 * The answer: the best measured mixture, unless another candidate beats it by more than the standard error of their
 * difference; a feasible baseline that beats every candidate is the answer itself, and the search says so.
 * @param candidates confirmed mixtures, the best measured first; may be empty (fixed strategies)
 * @param baselines confirmed baselines that were trained
 * @param allowed whether a baseline obeys the constraints and may therefore be the answer
 */
export function decide(
  targets: SearchTarget[],
  candidates: Confirmed[],
  baselines: Confirmed[],
  allowed: (mixture: number[]) => boolean,
): Decision {
  const all = [...candidates, ...baselines];
  const noise = pooledNoise(all.map((group) => group.objectives));
  const warnings: string[] = [];
  let answer = candidates[0];
  for (const candidate of candidates.slice(1)) {
    if (answer && beatsBeyondNoise(candidate, answer, noise)) answer = candidate;
  }
  const bestBaseline = baselines
    .filter((baseline) => allowed(baseline.mixture))
    .reduce<Confirmed | undefined>((best, next) => (!best || center(next) < center(best) ? next : best), undefined);
  if (!answer || (bestBaseline && center(bestBaseline) < center(answer))) {
    if (answer)
      warnings.push(`No mixture found beats the ${bestBaseline?.origin} baseline; that baseline is the answer.`);
    answer = bestBaseline ?? baselines[0];
  }
  if (!answer) throw new Error("nothing was confirmed, so there is no answer");
  const chosen = answer;

  const taskNoise = targets.map((_, i) => pooledNoise(all.map((group) => group.tasks[i] ?? [])));
  const estimates = (group: Confirmed) => group.tasks.map((values, i) => estimate(values, taskNoise[i] as Noise));
  const compare = (group: Confirmed): Comparison => ({
    name: group.origin,
    mixture: group.mixture,
    objective: estimate(group.objectives, noise),
    tasks: estimates(group),
    difference: difference(chosen.objectives, group.objectives, noise),
    probabilityAnswerIsBetter: group === chosen ? 0.5 : probabilityLower(chosen.objectives, group.objectives, noise),
  });
  const compared = baselines.map(compare);
  for (const { name, probabilityAnswerIsBetter } of compared) {
    if (name !== chosen.origin && probabilityAnswerIsBetter < 0.9) {
      const percent = Math.round(100 * probabilityAnswerIsBetter);
      warnings.push(`The answer beats the ${name} baseline with a probability of only ${percent} %.`);
    }
  }
  return {
    mixture: chosen.mixture,
    origin: chosen.origin,
    objective: estimate(chosen.objectives, noise),
    tasks: estimates(chosen),
    baselines: compared,
    runnersUp: candidates.filter((group) => group !== chosen).map(compare),
    noise,
    warnings,
  };
}

function center(group: Confirmed): number {
  return mean(group.objectives);
}

function beatsBeyondNoise(challenger: Confirmed, holder: Confirmed, noise: Noise): boolean {
  const error = standardErrorOfDifference(challenger.objectives.length, holder.objectives.length, noise);
  return center(holder) - center(challenger) > (error > 0 ? error : 0);
}
