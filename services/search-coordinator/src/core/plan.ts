import { BASELINE_NAMES } from "./baseline-names.js";

/** How a mixture is searched; see the Strategy enum of the contract for the sources. */
export type Strategy =
  | "climb"
  | "climb-paper"
  | "regmix"
  | "random"
  | "doremi"
  | "gradient"
  | "merge"
  | "zero-run"
  | "proportional"
  | "uniform"
  | "unimax";

/** What a search will do, with every default filled in. */
export interface Plan {
  strategy: Strategy;
  /** Mixtures trained in each round, baselines not counted; empty where they are open-ended. */
  rounds: number[];
  /** Whether rounds go on until something ends them; see rounds.ts. */
  openEnded: boolean;
  /** Whether the search ends open rounds itself, and not only by its limits. */
  autoRounds: boolean;
  /** Limits of all runs, the tokens that they train on, the seconds that they take and the bytes that they keep; 0 means none. */
  maxRuns: number;
  maxTokens: number;
  maxSeconds: number;
  maxBytes: number;
  tokensPerRun: number;
  /** Fresh seeds for each confirmed mixture and baseline, at least 2. */
  confirmationSeeds: number;
  /** Mixtures confirmed beside the baselines, at least 1. */
  confirmedMixtures: number;
  /** Seed of everything. */
  seed: number;
  /** A domain is repeated at most this often over the target run. */
  maxRepetition: number;
  /** Tokens T of the target run; 0 means as many as the domains have. */
  targetTokens: number;
  bounds: { domainId: string; lower: number; upper: number }[];
  klStrength: number;
  /** Domains whose ratios to each other are kept. */
  fixedGroups: { domainIds: string[]; ratios: number[] }[];
  /** The user's own mixtures to compare with, by domain id. */
  baselines: { name: string; weights: Record<string, number> }[];
  /** How targets become one number to choose by. */
  combination: "weighted-mean" | "worst-case";
  /** Skip rounds that promise less than the noise. */
  stopEarly: boolean;
  /** The search whose explored mixtures are the first round; empty for a new one. */
  reuseSearchId: string;
  /** Cost of a run of each smaller proxy by which mixtures are explored, as a share of one of the proxy itself; none unless given. */
  smallerCosts?: number[] | undefined;
  /** Share of a run, at its end, that has a mixture of its own; none unless given. */
  decayShare?: number | undefined;
  /** A search over other domains whose runs count, and whether ratios of domains that stayed are searched anew. */
  earlier?: { searchId: string; freeRatios: boolean } | undefined;
}

/** Repeating a domain up to four times costs next to nothing (arXiv 2305.16264), which Olmix uses too (arXiv 2602.12237). */
export const DEFAULT_MAX_REPETITION = 4;

/**
 * Mixtures a round when the user does not say: about 24 in all are enough for a law that uses the training-free
 * features; the paper's own strategy keeps the paper's 64/32/16 (arXiv 2504.13161, section 4.1).
 */
export const DEFAULT_ROUNDS: Record<Strategy, number[]> = {
  climb: [12, 8, 4],
  "climb-paper": [64, 32, 16],
  regmix: [64],
  random: [24],
  doremi: [],
  gradient: [],
  // Each costs an evaluation and no training, so there may be more.
  merge: [32, 16],
  "zero-run": [],
  proportional: [],
  uniform: [],
  unimax: [],
};

/** Whether mixtures are explored in rounds. */
export function explores({ strategy }: Pick<Plan, "strategy">): boolean {
  return DEFAULT_ROUNDS[strategy].length > 0;
}

/** Whether the answer is sought, and not one of the baselines that the user named. */
export function seeks(plan: Pick<Plan, "strategy">): boolean {
  return explores(plan) || plan.strategy === "zero-run" || follows(plan);
}

/** Strategies with one run whose mixture follows something, and what comes before it: runs whose number no budget changes. */
const FOLLOWING_RUNS = { doremi: 2, gradient: 1 } as const;

/** Whether the answer is what the mixture of one run came to, so that nothing is fitted. */
export function follows<P extends Pick<Plan, "strategy">>(
  plan: P,
): plan is P & { strategy: keyof typeof FOLLOWING_RUNS } {
  return plan.strategy in FOLLOWING_RUNS;
}

/** Runs of a strategy that follows something: with DoReMi the reference and its proxy; 0 for other strategies. */
export function followingRuns(plan: Pick<Plan, "strategy">): number {
  return follows(plan) ? FOLLOWING_RUNS[plan.strategy] : 0;
}

/** Rounds before mixtures are explored: that of the components, where those are merged. */
export function componentRounds({ strategy }: Pick<Plan, "strategy">): number {
  return strategy === "merge" ? 1 : 0;
}

/** Rounds of runs before the confirmation, where they are not open-ended. */
export function roundsBefore(plan: Pick<Plan, "strategy" | "rounds">): number {
  return followingRuns(plan) || componentRounds(plan) + plan.rounds.length;
}

/** Seed of all exploring runs: shared, because that removes a tenth to a third of the noise between mixtures. */
export function exploreSeed(plan: Pick<Plan, "seed">): number {
  return plan.seed;
}

/** Fresh seeds for confirmation: never the exploring seed, the same ones for every mixture. */
export function confirmationSeeds(plan: Plan): number[] {
  return Array.from({ length: plan.confirmationSeeds }, (_, i) => plan.seed + 1 + i);
}

/** What is wrong with a field of a plan, by its name in the contract. */
export interface PlanFault {
  field: string;
  found: string;
  expected: string;
}

/** Faults of a plan, each with the field it is about; empty if there is none. */
export function planFaults(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  const expect = (good: boolean, field: string, found: unknown, expected: string) => {
    if (!good) faults.push({ field, found: String(found), expected });
  };
  plan.rounds.forEach((count, i) => {
    expect(
      Number.isInteger(count) && count >= 1 && count <= 1000,
      `budget.rounds[${i}]`,
      count,
      "an integer from 1 to 1000",
    );
  });
  expect(plan.rounds.length <= 20, "budget.rounds", `${plan.rounds.length} rounds`, "at most 20 rounds");
  expect(
    plan.rounds.length === 0 || (plan.rounds[0] ?? 0) >= 3,
    "budget.rounds[0]",
    plan.rounds[0],
    "at least 3 mixtures in the first round, because nothing can be fitted to fewer",
  );
  expect(plan.tokensPerRun >= 1000, "budget.tokens_per_run", plan.tokensPerRun, "at least 1000 tokens");
  expect(
    plan.confirmationSeeds >= 2 && plan.confirmationSeeds <= 50,
    "budget.confirmation_seeds",
    plan.confirmationSeeds,
    "an integer from 2 to 50: one seed has no error bar",
  );
  expect(
    plan.confirmedMixtures >= 1 && plan.confirmedMixtures <= 50,
    "budget.confirmed_mixtures",
    plan.confirmedMixtures,
    "an integer from 1 to 50",
  );
  expect(plan.maxRepetition > 0, "constraints.max_repetition", plan.maxRepetition, "a number above 0");
  for (const [i, { domainIds, ratios }] of plan.fixedGroups.entries()) {
    const good = domainIds.length >= 2 && domainIds.length === ratios.length && ratios.every((ratio) => ratio > 0);
    const found = `${domainIds.length} domains and the ratios ${ratios.join(", ") || "(none)"}`;
    expect(good, `constraints.fixed_groups[${i}]`, found, "at least 2 domains and a positive ratio for each");
  }
  expect(plan.klStrength >= 0, "constraints.kl_strength", plan.klStrength, "a number of at least 0");
  for (const [i, bound] of plan.bounds.entries()) {
    const good = bound.lower >= 0 && bound.lower <= bound.upper && bound.upper <= 1;
    expect(good, `constraints.bounds[${i}]`, `[${bound.lower}, ${bound.upper}]`, "0 ≤ lower ≤ upper ≤ 1");
  }
  const least = plan.bounds.reduce((total, { lower }) => total + lower, 0);
  expect(
    !(least > 1 + 1e-9),
    "constraints.bounds",
    `lower bounds that sum to ${Number(least.toPrecision(6))}`,
    `at most 1; feasible are lower bounds that are ${(least - 1).toPrecision(3)} less together`,
  );
  faults.push(...baselineFaults(plan));
  return faults;
}

function baselineFaults({ baselines }: Plan): PlanFault[] {
  return baselines.flatMap(({ name, weights }, i) => {
    const field = `baselines[${i}]`;
    const values = Object.values(weights);
    const sum = values.reduce((total, weight) => total + weight, 0);
    const faults: PlanFault[] = [];
    if (!name) faults.push({ field: `${field}.name`, found: "nothing", expected: "a name" });
    if (BASELINE_NAMES.includes(name) || baselines.findIndex((other) => other.name === name) < i)
      faults.push({ field: `${field}.name`, found: name, expected: "a name that no other baseline has" });
    if (!values.every((weight) => weight >= 0) || !(Math.abs(sum - 1) <= 1e-3)) {
      const expected = "weights of at least 0 that sum to 1";
      faults.push({ field: `${field}.mixture`, found: `the sum ${sum}`, expected });
    }
    return faults;
  });
}
