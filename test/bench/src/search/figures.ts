import { compareOutcomes, type SearchOutcome, type StrategyResult } from "@climb/cli/compare/statistics";
import { mean, quantile, seeded, spearman } from "@climb/numeric";
import type { Experiment } from "./experiment.js";

/** The answer of one search. */
export interface Answer {
  /** A target, or "sum" for the mean of all. */
  group: string;
  strategy: string;
  /** Mixtures explored; 0 for a strategy without runs. */
  budget: number;
  seed: number;
  searchId: string;
  /** Weights in the order of the domains. */
  mixture: number[];
  /** All runs of the search, baselines and confirmation included. */
  runs: number;
  tokens: number;
  seconds: number;
  /** Runs that were predicted before they were made. */
  predicted: { lower: number; upper: number; measured: number; isFresh: boolean }[];
}

/** What a mixture reaches with fresh seeds: bits per byte by target, for each seed. */
export interface Confirmation {
  mixture: number[];
  proxy: Record<string, number>[];
  larger: Record<string, number>[];
}

/** A mean with the ends of its 90 % interval. */
export interface Interval {
  mean: number;
  lower: number;
  upper: number;
}

/** One group, the best first; strategies are named with their budgets, "climb 16". */
export type GroupResult = StrategyResult[];

/** What an experiment came to. */
export interface Outcome {
  experiment: Experiment;
  domains: number;
  answers: Answer[];
  groups: Record<string, GroupResult>;
  coverage: ReturnType<typeof coverage>;
  transfer: ReturnType<typeof transfer>;
}

/**
 * A group's answers as the larger proxy sees them. What differs between search seeds, luck of the search and of the
 * confirmation, is pooled over all strategies and budgets.
 */
export function groupResult(
  answers: readonly Answer[],
  targets: readonly string[],
  confirmed: (mixture: readonly number[]) => Confirmation,
): GroupResult {
  const outcomes = answers.map((answer): SearchOutcome => {
    const values = confirmed(answer.mixture).larger;
    const task = (name: string) => mean(values.map((of) => of[name] as number));
    return {
      strategy: `${answer.strategy} ${answer.budget}`,
      seed: answer.seed,
      searchId: answer.searchId,
      objective: mean(targets.map(task)),
      tasks: Object.fromEntries(targets.map((name) => [name, task(name)])),
      runs: answer.runs,
      tokens: answer.tokens,
      seconds: answer.seconds,
    };
  });
  return compareOutcomes(outcomes);
}

/** A group's results by strategy, then by budget. */
export function byBudget(result: GroupResult): Record<string, Record<string, Interval>> {
  const found: Record<string, Record<string, Interval>> = {};
  for (const { strategy: name, objective } of result) {
    const [strategy = "", budget = ""] = name.split(" ");
    const { mean: value, lower, upper } = objective;
    found[strategy] = { ...found[strategy], [budget]: { mean: value, lower, upper } };
  }
  return found;
}

/** Fewest mixtures with which ours is in the mean as good as another strategy with its most; null if with none. */
export function runsToReach(of: Record<string, Record<string, Interval>>, other: string, most: number): number | null {
  const goal = of[other]?.[most]?.mean;
  if (goal === undefined) return null;
  const enough = Object.entries(of.climb ?? {})
    .filter(([, interval]) => interval.mean <= goal)
    .map(([budget]) => Number(budget));
  return enough.length > 0 ? Math.min(...enough) : null;
}

/** Share of runs inside the 90 % interval that was predicted for them. */
export function coverage(answers: readonly Answer[]): {
  runs: number;
  share: number;
  freshRuns: number;
  freshShare: number;
} {
  const all = answers.flatMap(({ predicted }) => predicted);
  const fresh = all.filter(({ isFresh }) => isFresh);
  const share = (of: typeof all) =>
    of.filter(({ lower, upper, measured }) => lower <= measured && measured <= upper).length / of.length;
  return { runs: all.length, share: share(all), freshRuns: fresh.length, freshShare: share(fresh) };
}

const RESAMPLES = 1000;

/**
 * Rank correlation of mixtures between the two proxies, mean over targets, with a 90 % bootstrap interval over mixtures
 * (percentiles; Efron and Tibshirani 1993, section 13.3).
 */
export function transfer(confirmations: readonly Confirmation[], targets: readonly string[]) {
  const value = (values: Record<string, number>[], name: string) => mean(values.map((of) => of[name] as number));
  const rhoOf = (chosen: readonly Confirmation[]) =>
    mean(
      targets.map((name) =>
        spearman(
          chosen.map(({ proxy }) => value(proxy, name)),
          chosen.map(({ larger }) => value(larger, name)),
        ),
      ),
    );
  const random = seeded("transfer of a search experiment");
  const resampled = Array.from({ length: RESAMPLES }, () =>
    rhoOf(confirmations.map(() => confirmations[random.int(confirmations.length)] as Confirmation)),
  ).filter(Number.isFinite);
  return {
    rho: rhoOf(confirmations),
    lower: quantile(resampled, 0.05),
    upper: quantile(resampled, 0.95),
    mixtures: confirmations.length,
  };
}
