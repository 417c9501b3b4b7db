import { difference, type Estimate, estimate, pooledNoise, probabilityLower } from "@climb/numeric";

/** What one search of a comparison came to. */
export interface SearchOutcome {
  strategy: string;
  seed: number;
  searchId: string;
  /** The answer's objective with fresh seeds: weighted mean bits per byte. */
  objective: number;
  /** Bits per byte of the answer on each target, by name. */
  tasks: Record<string, number>;
  runs: number;
  tokens: number;
  seconds: number;
}

/** One strategy over all search seeds. */
export interface StrategyResult {
  strategy: string;
  /** Mean over the search seeds with a 90 % interval. */
  objective: Estimate;
  tasks: Record<string, Estimate>;
  /** Runs, tokens and seconds of a search, mean. */
  runs: number;
  tokens: number;
  seconds: number;
  /** For each strategy by name: this one minus that one, and the probability that this one is better. */
  against: Record<string, { difference: Estimate; probabilityBetter: number }>;
}

/**
 * Strategies by their mean over search seeds, the best first. What differs between search seeds, luck of the search and
 * of its confirmation, is pooled over all strategies: two or three seeds alone say little of their own spread.
 */
export function compareOutcomes(outcomes: readonly SearchOutcome[]): StrategyResult[] {
  const strategies = [...new Set(outcomes.map(({ strategy }) => strategy))];
  const own = (strategy: string) => outcomes.filter((outcome) => outcome.strategy === strategy);
  const values = (of: (outcome: SearchOutcome) => number) => strategies.map((strategy) => own(strategy).map(of));
  const objectives = values(({ objective }) => objective);
  const noise = pooledNoise(objectives);
  const targets = Object.keys(outcomes[0]?.tasks ?? {});
  const results = strategies.map((strategy, i): StrategyResult => {
    const mine = objectives[i] ?? [];
    const average = (of: (outcome: SearchOutcome) => number) =>
      own(strategy).reduce((total, outcome) => total + of(outcome), 0) / mine.length;
    const task = (name: string) => {
      const all = values(({ tasks }) => tasks[name] ?? Number.NaN);
      return estimate(all[i] ?? [], pooledNoise(all));
    };
    const against = (other: number) => ({
      difference: difference(mine, objectives[other] ?? [], noise),
      probabilityBetter: probabilityLower(mine, objectives[other] ?? [], noise),
    });
    return {
      strategy,
      objective: estimate(mine, noise),
      tasks: Object.fromEntries(targets.map((name) => [name, task(name)])),
      runs: average(({ runs }) => runs),
      tokens: average(({ tokens }) => tokens),
      seconds: average(({ seconds }) => seconds),
      against: Object.fromEntries(strategies.flatMap((name, k) => (k === i ? [] : [[name, against(k)]]))),
    };
  });
  return results.sort((a, b) => a.objective.mean - b.objective.mean);
}
