import { effectiveDomains, mean, spearman, standardErrorOfDifference } from "@climb/numeric";
import type { Decision } from "./decide.js";
import type { SearchTarget } from "./events.js";
import type { MergedPair } from "./merged.js";
import type { ScoredRun } from "./objective.js";
import type { SizeTransfer } from "./sizes.js";

export type CheckOutcome = "pass" | "warn" | "fail";

/** One question about the health of a search. */
export interface HealthCheck {
  /** A short name that stays. */
  name: string;
  outcome: CheckOutcome;
  /** What was found and what was expected. */
  sentence: string;
}

/** What the checks look at. */
export interface Symptoms {
  targets: SearchTarget[];
  decision: Decision;
  /** The baseline that targets are held against, by name. */
  reference: string;
  /** The last fit of each target; empty for a fixed mixture. */
  fits: { task: string; spearman: number; coverage: number }[];
  /** Exploring runs and baselines with the exploring seed. */
  explored: ScoredRun[];
  /** Runs of an earlier search over other domains that were fitted too. */
  earlierRuns: number;
  domains: { id: string; weight: number; repetition: number }[];
  /** Numbers that a mixture is made of: as many as domains, or as domains that are cut into tiers and their curve. */
  freeWeights: number;
  /** Domains that are repeated as often as they may be. */
  capped: string[];
  maxRepetition: number;
  /** Tokens that a proxy has seen, its base's included, and its parameters; 0 where they are not known. */
  tokensPerRun: number;
  parameters: number;
  overlaps: { target: string; ngrams: number; found: number; domains: { domainId: string; found: number }[] }[];
  /** Confirmed mixtures by merging and by training; empty where nothing is merged. */
  merged: MergedPair[];
  /** How smaller proxies order mixtures; empty where there are none. */
  transfers: SizeTransfer[];
  /** What was left out because it contains a target; undefined where nothing was to be. */
  leftOut: { documents: number; tokens: number } | undefined;
}

/** All checks that apply, in a fixed order. */
export function healthChecks(symptoms: Symptoms): HealthCheck[] {
  const { fits, explored, targets } = symptoms;
  return [
    ...(fits.length > 0 ? [predictable(symptoms)] : []),
    ...(explored.length > 0 ? [enoughRuns(symptoms)] : []),
    ...(symptoms.merged.length > 0 ? [mergedOrder(symptoms)] : []),
    noiseAgainstGain(symptoms),
    ...(targets.length > 1 && explored.length >= 5 ? [targetsOfOneKind(symptoms)] : []),
    ...(symptoms.overlaps.length > 0 ? [contamination(symptoms)] : []),
    extremeWeights(symptoms),
    capReached(symptoms),
    ...(symptoms.parameters > 0 ? [convergence(symptoms)] : []),
    transferBetweenSizes(symptoms),
  ];
}

function predictable({ fits, explored }: Symptoms): HealthCheck {
  const weakest = fits.reduce((a, b) => (rank(b.spearman) < rank(a.spearman) ? b : a));
  const least = fits.reduce((a, b) => (b.coverage < a.coverage ? b : a));
  const rho = Number.isFinite(weakest.spearman) ? weakest.spearman.toFixed(2) : "unknown";
  const covered = explored.length >= 20 && least.coverage < 0.8;
  const outcome = rank(weakest.spearman) < 0.3 ? "fail" : rank(weakest.spearman) < 0.6 || covered ? "warn" : "pass";
  const coverage = Number.isFinite(least.coverage)
    ? `; 90 % intervals hold ${Math.round(100 * least.coverage)} % of held-out results on ${least.task}`
    : "";
  return {
    name: "predictable",
    outcome,
    sentence: `The order of mixtures is predicted least well on ${weakest.task}: cross-validated rank correlation ${rho}, good is from 0.6${coverage}.`,
  };
}

function rank(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function enoughRuns({ explored, earlierRuns, domains, freeWeights }: Symptoms): HealthCheck {
  // The power law with its floor needs so many when a tenth is held out; half of the domains cannot be told apart by less.
  const [enough, few] = [Math.ceil((freeWeights + 3) / 0.9), Math.max(4, Math.ceil(freeWeights / 2))];
  const mixtures = explored.length + earlierRuns;
  const earlier = earlierRuns > 0 ? `, ${earlierRuns} of them by an earlier search` : "";
  const found = `${mixtures} different mixtures were measured for ${domains.length} domains${earlier}`;
  return {
    name: "enough-runs",
    outcome: mixtures >= enough ? "pass" : mixtures >= few ? "warn" : "fail",
    sentence: `${found}; from ${enough} on each domain's own effect can be fitted, fewer lean on the training-free features.`,
  };
}

function mergedOrder({ merged }: Symptoms): HealthCheck {
  const of = (value: (pair: MergedPair) => number) => merged.map(value);
  const rho = spearman(
    of((pair) => pair.merged),
    of((pair) => pair.trained),
  );
  const off = mean(of((pair) => pair.merged - pair.trained));
  const known = merged.length >= 3 && Number.isFinite(rho);
  return {
    name: "merged-order",
    outcome: !known ? "warn" : rho < 0.3 ? "fail" : rho < 0.6 ? "warn" : "pass",
    sentence: `Of ${merged.length} confirmed mixtures, averages of components and trained models are ordered with a correlation of ${known ? rho.toFixed(2) : "unknown height"}; the averages are ${off.toFixed(3)} bits per byte above the trained ones in the mean.`,
  };
}

/** By the largest of the smaller proxies: what is next to the answer's size tells most of what is beyond it. */
function transferBetweenSizes({ transfers }: Symptoms): HealthCheck {
  const name = "transfer";
  const next = transfers.reduce<SizeTransfer | undefined>(
    (most, one) => (most && most.smallerParameters >= one.smallerParameters ? most : one),
    undefined,
  );
  if (!next) {
    const sentence =
      "All proxies are of one size: whether the order of mixtures is the same for a larger model was not measured.";
    return { name, outcome: "warn", sentence };
  }
  const { spearman: rho, lower, upper, mixtures } = next;
  const known = Number.isFinite(rho) && Number.isFinite(lower);
  const interval = known ? `${rho.toFixed(2)} (90 % interval ${lower.toFixed(2)} to ${upper.toFixed(2)})` : "unknown";
  return {
    name,
    outcome: !known ? "warn" : rho < 0.3 ? "fail" : rho < 0.6 || lower < 0.3 ? "warn" : "pass",
    sentence: `Proxies of ${count(next.smallerParameters)} and of ${count(next.parameters)} parameters order ${mixtures} mixtures with a rank correlation of ${interval}, good is from 0.6; beyond the larger size nothing was measured.`,
  };
}

function count(parameters: number): string {
  return parameters.toLocaleString("en");
}

function noiseAgainstGain({ decision, reference }: Symptoms): HealthCheck {
  const against = decision.baselines.find(({ name }) => name === reference);
  const name = "noise-against-gain";
  if (!against || against.isAnswer) {
    return {
      name,
      outcome: "warn",
      sentence: `Nothing was gained over ${reference}, so there is nothing to hold against the noise.`,
    };
  }
  const error = standardErrorOfDifference(decision.objective.runs, against.objective.runs, decision.noise);
  const gain = -against.difference.mean;
  const p = against.probabilityAnswerIsBetter;
  return {
    name,
    outcome: p >= 0.95 ? "pass" : p >= 0.75 ? "warn" : "fail",
    sentence: `The gain over ${reference} is ${gain.toFixed(4)} bits per byte, its standard error from ${decision.objective.runs} fresh seeds ${error.toFixed(4)}.`,
  };
}

function targetsOfOneKind({ targets, explored }: Symptoms): HealthCheck {
  const values = targets.map(({ name }) =>
    explored.map(({ tasks }) => tasks.find(({ target }) => target === name)?.bitsPerByte ?? Number.NaN),
  );
  const pairs = targets.flatMap((a, i) =>
    targets.slice(i + 1).map((b, k) => ({
      names: `${a.name} and ${b.name}`,
      rho: spearman(values[i] ?? [], values[i + 1 + k] ?? []),
    })),
  );
  const most = pairs.reduce((x, y) => (rank(y.rho) > rank(x.rho) ? y : x));
  const least = pairs.reduce((x, y) => (rank(y.rho) < rank(x.rho) ? y : x));
  return {
    name: "targets-of-one-kind",
    outcome: rank(least.rho) > 0.97 ? "warn" : "pass",
    sentence: `${most.names} rank the mixtures ${pairs.length > 1 ? "most alike" : "alike"} with a correlation of ${rank(most.rho).toFixed(2)}${pairs.length > 1 ? `, ${least.names} least with ${rank(least.rho).toFixed(2)}` : ""}; targets that all rank alike tell no more than one.`,
  };
}

function contamination({ overlaps, leftOut }: Symptoms): HealthCheck {
  const share = (overlap: Symptoms["overlaps"][number]) => (overlap.ngrams > 0 ? overlap.found / overlap.ngrams : 0);
  const worst = overlaps.reduce((a, b) => (share(b) > share(a) ? b : a));
  const domain = worst.domains.reduce((a, b) => (b.found > a.found ? b : a), { domainId: "", found: 0 });
  const where = domain.found > 0 ? `, most of them in ${domain.domainId}` : "";
  const without = leftOut
    ? ` ${leftOut.documents} documents (${leftOut.tokens} tokens) that had some were left out.`
    : "";
  return {
    name: "contamination",
    outcome: share(worst) > 0.1 ? "fail" : share(worst) > 0.01 ? "warn" : "pass",
    sentence: `Of ${worst.target}, ${(100 * share(worst)).toFixed(2)} % of the runs of 13 tokens occur in the corpus${where}; more than 1 % is worth a look.${without}`,
  };
}

function extremeWeights({ domains }: Symptoms): HealthCheck {
  const largest = domains.reduce((a, b) => (b.weight > a.weight ? b : a));
  const effective = effectiveDomains(domains.map(({ weight }) => weight));
  const extreme = domains.length > 2 && (largest.weight > 0.8 || effective < 0.2 * domains.length);
  return {
    name: "extreme-weights",
    outcome: extreme ? "warn" : "pass",
    sentence: `The largest weight is ${(100 * largest.weight).toFixed(1)} % (${largest.id}), and the mixture uses ${effective.toFixed(1)} of ${domains.length} domains effectively.`,
  };
}

function capReached({ capped, domains, maxRepetition }: Symptoms): HealthCheck {
  const most = domains.reduce((a, b) => (b.repetition > a.repetition ? b : a));
  return {
    name: "cap-reached",
    outcome: capped.length > 0 ? "warn" : "pass",
    sentence:
      capped.length > 0
        ? `${capped.join(", ")} ${capped.length > 1 ? "are" : "is"} repeated as often as allowed (${maxRepetition} times): more such text, or a higher limit, would change the answer.`
        : `No domain is repeated as often as allowed: the most is ${most.repetition.toFixed(2)} of ${maxRepetition} times (${most.id}).`,
  };
}

function convergence({ tokensPerRun, parameters }: Symptoms): HealthCheck {
  const ratio = tokensPerRun / parameters;
  return {
    name: "proxies-converged",
    outcome: ratio >= 5 ? "pass" : ratio >= 0.5 ? "warn" : "fail",
    sentence: `Each proxy saw ${ratio.toPrecision(2)} tokens a parameter; about 20 are compute-optimal (arXiv 2203.15556), and below 5 what is easy to learn weighs more than it should.`,
  };
}
