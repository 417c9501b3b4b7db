import type { SearchTarget } from "./events.js";
import { DEFAULT_ROUNDS, type Plan } from "./plan.js";
import { replicateSeeds } from "./replicates.js";
import type { SearchRun, SearchState } from "./state.js";
import { freeWeights } from "./tiers.js";

/** Why no further round is made. */
export type RoundsEndReason = "noise" | "budget" | "learnt" | "enough-runs";

/** A law of m domains has m + 1 parameters, and about three runs for each tell them (arXiv 2602.12237, section 3). */
const RUNS_PER_PARAMETER = 3;
/** Fewest mixtures that anything can be fitted to. */
export const FEWEST_MIXTURES = 3;

/** What a proxy run takes and keeps, as far as it is known. */
export interface RunCost {
  seconds?: number | undefined;
  /** Of its weights. */
  bytes?: number | undefined;
}

/** What a run of a plan costs by what others took. */
export function runCost(
  { tokensPerRun }: Pick<Plan, "tokensPerRun">,
  { secondsPerToken, bytesPerRun }: { secondsPerToken: number | undefined; bytesPerRun: number | undefined },
): RunCost {
  return { seconds: secondsPerToken && secondsPerToken * tokensPerRun, bytes: bytesPerRun };
}

/** Proxy runs that the limits of a plan in runs and tokens pay for; Infinity without such a limit. */
export function affordableRuns({ maxRuns, maxTokens, tokensPerRun }: Plan): number {
  const byTokens = maxTokens > 0 ? Math.floor(maxTokens / Math.max(1, tokensPerRun)) : Number.POSITIVE_INFINITY;
  return Math.min(maxRuns > 0 ? maxRuns : Number.POSITIVE_INFINITY, byTokens);
}

/** Runs of the first round beside its explored mixtures: baselines, and what is trained again with further seeds. */
export function firstRoundExtras(plan: Plan, baselines: number): number {
  const again = replicateSeeds(plan).length;
  return baselines + again * (baselines + (plan.strategy === "climb" ? 1 : 0));
}

/** Runs that the confirmation needs beside what the first round trained with its seeds already. */
export function confirmationRuns(plan: Plan, baselines: number): number {
  return (plan.confirmedMixtures + baselines) * plan.confirmationSeeds - baselines * replicateSeeds(plan).length;
}

/**
 * Mixtures that a round may have so that the plan's limits still pay for the confirmation; Infinity without limits, below
 * 1 when they are reached.
 * @param baselines mixtures that the search is compared with
 * @param runs all runs planned so far
 * @param known what a run takes where that is known by other means than this search's own runs
 */
export function roomForRound(
  plan: Plan,
  round: number,
  baselines: number,
  runs: readonly SearchRun[],
  known: RunCost = {},
): number {
  const ahead = confirmationRuns(plan, baselines) + (round === 1 ? firstRoundExtras(plan, baselines) : 0);
  const made = new Map(runs.map((run) => [run.runId, run]));
  const byRuns = affordableRuns(plan) - made.size - ahead;
  const outcomes = [...made.values()].flatMap(({ outcome }) => (outcome?.state === "succeeded" ? [outcome] : []));
  const runsWithin = (limit: number, took: number[], each: number | undefined) => {
    const spent = took.reduce((total, cost) => total + cost, 0);
    const perRun = took.length > 0 ? spent / took.length : each;
    return limit > 0 && perRun ? Math.floor((limit - spent) / perRun) : Number.POSITIVE_INFINITY;
  };
  const bySeconds = runsWithin(
    plan.maxSeconds,
    outcomes.map(({ seconds }) => seconds),
    known.seconds,
  );
  const byBytes = runsWithin(
    plan.maxBytes,
    outcomes.map(({ bytes }) => bytes),
    known.bytes,
  );
  return Math.min(byRuns, Math.min(bySeconds, byBytes) - ahead);
}

/**
 * Mixtures that a round of a plan has when nothing limits it. Open-ended rounds do not depend on the limit, so that a
 * search with a larger one begins as the one with the smaller did: a first round by the number of domains, two thirds of
 * it, then a third of it or an eighth of all so far for as long as it goes on. The other strategies share what the limit leaves as they do without one.
 */
export function roundSize(plan: Plan, round: number, domains: number, room: number): number {
  if (!plan.openEnded) return plan.rounds[round - 1] ?? 0;
  switch (plan.strategy) {
    case "regmix":
    case "random":
    case "climb-paper": {
      if (!Number.isFinite(room)) return DEFAULT_ROUNDS[plan.strategy][round - 1] ?? 0;
      // 64, 32 and 16 of 112, as published; what is left is all that the round may have.
      const shares = plan.strategy === "climb-paper" ? [4 / 7, 2 / 3, 1] : [1];
      return Math.round(room * (shares[round - 1] ?? 0));
    }
    default: {
      const first = Math.max(8, Math.ceil(domains / 2) + 4);
      let [size, total] = [first, first];
      for (let r = 2; r <= round; r++) {
        // A fit to many runs changes little by a few more.
        size = Math.ceil(r === 2 ? (2 * first) / 3 : Math.max(first / 3, total / 8));
        total += size;
      }
      return size;
    }
  }
}

/** Explored mixtures after which `rounds: auto` ends: as many as a law of so many domains needs. */
export function enoughMixtures(domains: number): number {
  return RUNS_PER_PARAMETER * (domains + 1);
}

/** Domains whose weights are searched: those that can be trained on at all; those whose ratios are kept count as one. */
export function searchedDomains({ domains = [], minimumDomainTokens, evidence }: SearchState): number {
  const usable = freeWeights(domains.filter(({ tokens }) => tokens >= minimumDomainTokens));
  const kept = evidence?.keptRatios.reduce((sum, { domainIds }) => sum + domainIds.length - 1, 0) ?? 0;
  return usable - kept - (evidence?.keptAtZero.length ?? 0);
}

/** How well a target is predicted after fewer runs and after all. */
export interface LearningCurve {
  task: string;
  /** Ascending in rows. */
  points: { rSquared: number }[];
}

/** R² that the last quarter of the runs must have added somewhere for further ones to be worth it. */
const WORTHWHILE_GAIN = 0.02;
/** Share of variance explained below which a flat curve says only that nothing was learnt yet. */
const LEARNT_R_SQUARED = 0.5;

/** Whether every target that earns something is predicted, and no better by the last runs than before them. */
export function isLearnt(targets: readonly SearchTarget[], curves: readonly LearningCurve[]): boolean {
  const earning = targets.filter(({ role }) => role === "objective");
  return earning.every(({ name }) => {
    const points = curves.find(({ task }) => task === name)?.points ?? [];
    const [before, last] = points.slice(-2).map(({ rSquared }) => rSquared);
    if (before === undefined || last === undefined) return false;
    return last >= LEARNT_R_SQUARED && last - before <= WORTHWHILE_GAIN;
  });
}

/** What is told of the end of the rounds. */
export interface RoundsEnd {
  reason: RoundsEndReason;
  /** Greatest expected improvement of the objective in a further round; NaN where it was not asked for. */
  expectedImprovement: number;
  noiseFloor: number;
}

/** A sentence for people: why a search made no further round. */
export function whyRoundsEnded({ reason, expectedImprovement, noiseFloor }: RoundsEnd, rounds: number): string {
  const after = `No further round after round ${rounds}:`;
  switch (reason) {
    case "noise":
      return `${after} it promised ${expectedImprovement.toPrecision(2)} bits per byte, less than the ${noiseFloor.toPrecision(2)} that the confirmation tells apart.`;
    case "budget":
      return `${after} what is left of the budget is needed for the confirmation.`;
    case "learnt":
      return `${after} the last runs did not make any target better predicted.`;
    case "enough-runs":
      return `${after} there are ${RUNS_PER_PARAMETER} mixtures for each domain and one more.`;
  }
}
