import {
  difference,
  type Estimate,
  estimate,
  mean,
  type Noise,
  probabilityLower,
  standardErrorOfDifference,
} from "@climb/numeric";
import { brokenGuardrails, type Confirmed, taskDifferences, worstChange } from "./confirmed.js";
import type { SearchTarget } from "./events.js";
import { betweenNoise, type NoiseModel, noiseModel } from "./noise-model.js";

/** A confirmed mixture beside the answer. */
export interface Comparison {
  name: string;
  mixture: number[];
  objective: Estimate;
  tasks: Estimate[];
  /** Answer minus this one; negative means the answer is better. */
  difference: Estimate;
  probabilityAnswerIsBetter: number;
  /** The same for each target. */
  taskDifferences: Estimate[];
  taskProbabilities: number[];
  isAnswer: boolean;
  penalty: number;
}

export interface Decision {
  mixture: number[];
  origin: string;
  objective: Estimate;
  tasks: Estimate[];
  penalty: number;
  baselines: Comparison[];
  runnersUp: Comparison[];
  noise: Noise;
  taskNoise: Noise[];
  warnings: string[];
}

/** What is chosen from, and how. */
export interface Choice {
  targets: SearchTarget[];
  /** Confirmed mixtures, the best measured first; may be empty. */
  candidates: Confirmed[];
  /** Confirmed baselines that were trained. */
  baselines: Confirmed[];
  /** The baseline that targets are held against, by name. */
  reference: string;
  /** Whether a baseline obeys the constraints and may therefore be the answer. */
  allowed(mixture: number[]): boolean;
  /** What is added to a mixture's objective, in its unit. */
  penalty(mixture: number[]): number;
  combination: "weighted-mean" | "worst-case";
  /** Whether guardrails bound the choice; not where the one candidate is the user's wish. */
  guarded: boolean;
}

/**
 * The answer: the best measured mixture, unless another candidate beats it by more than the standard error of their
 * difference; a feasible baseline that beats every candidate is the answer itself, and the search says so. Mixtures that
 * break a guardrail are passed over. What is compared is the objective, or the worst target, with the penalty.
 * @throws Error if nothing was confirmed
 */
export function decide(choice: Choice): Decision {
  const { targets, candidates, baselines, allowed, penalty, guarded } = choice;
  const all = [...candidates, ...baselines];
  const objectiveNoise = noiseModel(all.map(({ mixture, objectives: values }) => ({ mixture, values })));
  const noise = objectiveNoise.pooled;
  const taskNoises = targets.map((_, t) =>
    noiseModel(all.map(({ mixture, tasks }) => ({ mixture, values: tasks[t] ?? [] }))),
  );
  const noises = taskNoises.map(({ pooled }) => pooled);
  const reference = baselines.find(({ origin }) => origin === choice.reference);
  const warnings: string[] = [];
  const keeps = (group: Confirmed) => {
    const broken = guarded && reference ? brokenGuardrails(targets, group, reference) : [];
    for (const { name, by, allowed: most } of broken) {
      const found = `it is worse by ${by.toFixed(4)} than under ${choice.reference}, allowed is ${most}`;
      warnings.push(`The mixture "${group.origin}" breaks the guardrail "${name}": ${found}; it is not chosen.`);
    }
    return broken.length === 0;
  };
  const kept = candidates.filter(keeps);
  const score = (group: Confirmed) =>
    (choice.combination === "worst-case" && reference
      ? worstChange(targets, group, reference)
      : mean(group.objectives)) + penalty(group.mixture);
  const worstNoise = noises.reduce((most, each) => (each.standardDeviation > most.standardDeviation ? each : most));
  const scoreNoise = choice.combination === "worst-case" ? worstNoise : noise;
  let answer = kept[0];
  for (const candidate of kept.slice(1)) {
    if (!answer) break;
    const error = standardErrorOfDifference(candidate.objectives.length, answer.objectives.length, scoreNoise);
    if (score(answer) - score(candidate) > (error > 0 ? error : 0)) answer = candidate;
  }
  const bestBaseline = baselines
    .filter((baseline) => allowed(baseline.mixture) && (!reference || !guarded || isKept(choice, baseline, reference)))
    .reduce<Confirmed | undefined>((best, next) => (!best || score(next) < score(best) ? next : best), undefined);
  if (!answer || (bestBaseline && score(bestBaseline) < score(answer))) {
    if (candidates.length > 0)
      warnings.push(`No mixture found beats the ${bestBaseline?.origin} baseline; that baseline is the answer.`);
    answer = bestBaseline ?? candidates[0] ?? baselines[0];
  }
  if (!answer) throw new Error("nothing was confirmed, so there is no answer");
  const chosen = answer;

  const estimates = (group: Confirmed) =>
    group.tasks.map((values, t) => estimate(values, (taskNoises[t] as NoiseModel).at(group.mixture)));
  /** The noise of a difference to another mixture, by a model of the noise. */
  const between = (model: NoiseModel, { mixture, objectives: { length } }: Confirmed) =>
    model.differs
      ? betweenNoise(model.at(chosen.mixture), chosen.objectives.length, model.at(mixture), length)
      : model.pooled;
  const compare = (group: Confirmed): Comparison => ({
    name: group.origin,
    mixture: group.mixture,
    objective: estimate(group.objectives, objectiveNoise.at(group.mixture)),
    tasks: estimates(group),
    difference: difference(chosen.objectives, group.objectives, between(objectiveNoise, group)),
    probabilityAnswerIsBetter:
      group === chosen ? 0.5 : probabilityLower(chosen.objectives, group.objectives, between(objectiveNoise, group)),
    taskDifferences: taskDifferences(
      chosen,
      group,
      taskNoises.map((model) => between(model, group)),
    ),
    taskProbabilities: group.tasks.map((values, t) =>
      group === chosen
        ? 0.5
        : probabilityLower(chosen.tasks[t] ?? [], values, between(taskNoises[t] as NoiseModel, group)),
    ),
    isAnswer: group === chosen,
    penalty: penalty(group.mixture),
  });
  if (objectiveNoise.differs) {
    const spread = ({ mixture }: Confirmed) => objectiveNoise.at(mixture).standardDeviation.toPrecision(2);
    const other = reference && reference !== chosen ? `, ${spread(reference)} under ${choice.reference}` : "";
    warnings.push(
      `The spread between seeds differs between mixtures: it is ${spread(chosen)} at the answer${other}. Intervals go by it.`,
    );
  }
  const compared = baselines.map(compare);
  for (const { name, isAnswer, probabilityAnswerIsBetter } of compared) {
    if (!isAnswer && probabilityAnswerIsBetter < 0.9) {
      const percent = Math.round(100 * probabilityAnswerIsBetter);
      warnings.push(`The answer beats the ${name} baseline with a probability of only ${percent} %.`);
    }
  }
  return {
    mixture: chosen.mixture,
    origin: chosen.origin,
    objective: estimate(chosen.objectives, objectiveNoise.at(chosen.mixture)),
    tasks: estimates(chosen),
    penalty: penalty(chosen.mixture),
    baselines: compared,
    runnersUp: candidates.filter((group) => group !== chosen).map(compare),
    noise,
    taskNoise: noises,
    warnings,
  };
}

function isKept({ targets }: Choice, group: Confirmed, reference: Confirmed): boolean {
  return brokenGuardrails(targets, group, reference).length === 0;
}
