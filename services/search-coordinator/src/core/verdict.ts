import type { Estimate } from "@climb/numeric";
import type { Decision } from "./decide.js";
import type { SearchTarget } from "./events.js";

/** What the answer does to one target, against the reference. */
export interface TargetVerdict {
  target: string;
  /** Answer minus reference, in bits per byte; negative is better. */
  difference: Estimate;
  probabilityBetter: number;
  role: SearchTarget["role"];
  maxRegression: number;
}

/** What the answer is worth, in words and by target. */
export interface Verdict {
  sentences: string[];
  /** The baseline that targets are held against. */
  reference: string;
  targets: TargetVerdict[];
  targetsWorse: number;
  guardrailsBroken: number;
}

/** Says of a decision what was gained against the reference and which targets paid for it. */
export function verdictOf(targets: SearchTarget[], decision: Decision, reference: string): Verdict {
  const against = decision.baselines.find(({ name }) => name === reference);
  if (!against) {
    const sentences = [`The ${reference} baseline could not be confirmed, so the answer is held against nothing.`];
    return { sentences, reference, targets: [], targetsWorse: 0, guardrailsBroken: 0 };
  }
  const verdicts = targets.map(({ name, role, maxRegression }, t): TargetVerdict => {
    const difference = against.taskDifferences[t] as Estimate;
    const probabilityBetter = against.taskProbabilities[t] as number;
    return { target: name, difference, probabilityBetter, role, maxRegression };
  });
  const worse = against.isAnswer ? [] : verdicts.filter(({ difference }) => difference.mean > 0);
  const guards = verdicts.filter(({ role }) => role === "guardrail");
  const broken = guards.filter(({ difference, maxRegression }) => difference.mean > maxRegression);
  const sentences = against.isAnswer
    ? [`The answer is the ${reference} baseline itself: nothing that was confirmed beats it.`]
    : [
        `Against ${reference}, the answer is ${change(against.difference)}; it is better with probability ${chance(against.probabilityAnswerIsBetter)}.`,
        worse.length === 0
          ? `${targets.length === 1 ? "The only target did not get" : `None of ${targets.length} targets got`} worse in the mean.`
          : `${worse.length} of ${targets.length} target${targets.length === 1 ? "" : "s"} got worse: ${worse.map(named).join("; ")}.`,
      ];
  for (const { target, difference, maxRegression } of guards) {
    const kept = difference.mean > maxRegression ? "it is broken" : "it is kept";
    const doubt = difference.mean <= maxRegression && difference.upper > maxRegression ? ", though not surely" : "";
    sentences.push(`Guardrail ${target}: ${change(difference)}, allowed is ${maxRegression} worse: ${kept}${doubt}.`);
  }
  return {
    sentences,
    reference,
    targets: verdicts,
    targetsWorse: worse.length,
    guardrailsBroken: broken.length,
  };
}

function named({ target, difference, probabilityBetter }: TargetVerdict): string {
  return `${target} by ${interval(difference, 1)} (worse with probability ${chance(1 - probabilityBetter)})`;
}

function change(difference: Estimate): string {
  return difference.mean > 0
    ? `${interval(difference, 1)} bits per byte worse`
    : `${interval(difference, -1)} bits per byte better`;
}

/** A difference times 1 or −1, with its interval. */
function interval({ mean, lower, upper }: Estimate, sign: 1 | -1): string {
  const [low, high] = sign === 1 ? [lower, upper] : [-upper, -lower];
  return `${Math.abs(mean).toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}

/** A probability in words; never "100 %", because nothing measured a few times is certain. */
function chance(p: number): string {
  if (p > 0.999) return "> 99.9 %";
  return p < 0.001 ? "< 0.1 %" : `${(100 * p).toFixed(1)} %`;
}
