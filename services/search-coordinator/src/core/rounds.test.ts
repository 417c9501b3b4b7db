import { describe, expect, it } from "vitest";
import { limitFaults, plannedRuns } from "./estimate.js";
import type { SearchTarget } from "./events.js";
import type { Plan } from "./plan.js";
import { affordableRuns, enoughMixtures, isLearnt, roomForRound, roundSize, whyRoundsEnded } from "./rounds.js";
import type { SearchRun } from "./state.js";

const PLAN: Plan = {
  strategy: "climb",
  rounds: [],
  openEnded: true,
  autoRounds: false,
  maxRuns: 40,
  maxTokens: 0,
  maxSeconds: 0,
  maxBytes: 0,
  tokensPerRun: 10_000,
  confirmationSeeds: 3,
  confirmedMixtures: 2,
  seed: 1,
  maxRepetition: 4,
  targetTokens: 0,
  bounds: [],
  klStrength: 0,
  fixedGroups: [],
  baselines: [],
  combination: "weighted-mean",
  stopEarly: false,
  reuseSearchId: "",
};

/** Runs of which each took two seconds and keeps a hundred bytes. */
function runs(count: number): SearchRun[] {
  return Array.from({ length: count }, (_, i) => ({
    runId: `r${i}`,
    role: "explore" as const,
    origin: "",
    mixture: [1],
    seed: 1,
    round: 1,
    outcome: {
      state: "succeeded" as const,
      tasks: [],
      seconds: 2,
      tokens: 10_000,
      bytes: 100,
      parameters: 1,
      groupWeights: [],
      failure: "",
    },
  }));
}

/** Explored mixtures of each round until the plan ends, every run of the search counted. */
function shape(plan: Plan, domains: number): { rounds: number[]; total: number } {
  const rounds: number[] = [];
  const baselines = 2;
  let made = 0;
  for (let round = 1; round < 50; round++) {
    const room = roomForRound(plan, round, baselines, runs(made));
    const count = Math.min(roundSize(plan, round, domains, room), room);
    if (count < 1) break;
    rounds.push(count);
    // Beside the mixtures of the first round: baselines, and those and one mixture with two further seeds.
    made += count + (round === 1 ? baselines + 2 * (baselines + (plan.strategy === "climb" ? 1 : 0)) : 0);
  }
  // Two mixtures and two baselines with three seeds, of which the baselines have two already.
  return { rounds, total: made + 4 * 3 - 2 * 2 };
}

describe("rounds without a number", () => {
  it("go on until the budget is spent to the run, the confirmation paid for", () => {
    expect(shape(PLAN, 16)).toEqual({ rounds: [12, 8, 4], total: 40 });
    expect(shape({ ...PLAN, maxRuns: 42 }, 16)).toEqual({ rounds: [12, 8, 4, 2], total: 42 });
    expect(shape({ ...PLAN, maxRuns: 0, maxTokens: 405_000 }, 16)).toEqual({ rounds: [12, 8, 4], total: 40 });
    expect(plannedRuns({ ...PLAN, maxRuns: 42 }, 16)).toBe(42);
  });

  it("begin alike whatever the budget is, so that a larger one goes on where a smaller one ended", () => {
    const small = shape({ ...PLAN, maxRuns: 40 }, 16).rounds;
    const large = shape({ ...PLAN, maxRuns: 80 }, 16).rounds;
    expect(large.slice(0, small.length)).toEqual(small);
    expect(large.length).toBeGreaterThan(small.length);
  });

  it("are larger where there are more domains, and share the budget as published by the paper's strategy", () => {
    expect(roundSize({ ...PLAN, maxRuns: 0 }, 1, 100, Number.POSITIVE_INFINITY)).toBe(54);
    const paper: Plan = { ...PLAN, strategy: "climb-paper", maxRuns: 112 + 14 };
    expect(shape(paper, 16)).toEqual({ rounds: [64, 32, 16], total: 126 });
    expect(shape({ ...PLAN, strategy: "regmix", maxRuns: 78 }, 16)).toEqual({ rounds: [64], total: 78 });
  });

  it("keep to seconds by what runs took, and by other runs before there are any", () => {
    const timed = { ...PLAN, maxRuns: 0, maxSeconds: 80 };
    // 40 runs of 2 s; 16 of them are no explored mixtures.
    expect(roomForRound(timed, 1, 2, [], { seconds: 2 })).toBe(24);
    expect(roomForRound(timed, 2, 2, runs(20))).toBe(40 - 20 - 8);
    expect(roomForRound(timed, 1, 2, [])).toBe(Number.POSITIVE_INFINITY);
  });

  it("keep to a limit of bytes by what runs kept so far, and to the tightest of several limits", () => {
    const stored = { ...PLAN, maxRuns: 0, maxBytes: 4000 };
    expect(shape(stored, 16)).toEqual({ rounds: [12, 8, 4], total: 40 });
    expect(roomForRound(stored, 1, 2, [], { bytes: 100 })).toBe(24);
    expect(roomForRound({ ...stored, maxSeconds: 60 }, 2, 2, runs(20))).toBe(30 - 20 - 8);
    expect(plannedRuns({ ...stored, maxBytes: 4200 }, 16, { bytes: 100 })).toBe(42);
    expect(plannedRuns(stored, 16)).toBeUndefined();
  });

  it("cut the rounds that were given where they go beyond the budget", () => {
    const given: Plan = { ...PLAN, rounds: [12, 8, 4], openEnded: false, maxRuns: 36 };
    expect(shape(given, 16)).toEqual({ rounds: [12, 8], total: 36 });
    expect(shape({ ...given, maxRuns: 0 }, 16).rounds).toEqual([12, 8, 4]);
    expect(affordableRuns({ ...given, maxRuns: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  it("end when the earning targets are predicted no better by more runs, and not before they are predicted at all", () => {
    const target = (name: string, role: SearchTarget["role"]): SearchTarget => ({
      name,
      weight: 1,
      role,
      maxRegression: 0,
    });
    const targets = [target("sea", "objective"), target("law", "guardrail")];
    const curve = (...values: number[]) => [{ task: "sea", points: values.map((rSquared) => ({ rSquared })) }];
    expect(isLearnt(targets, curve(0.5, 0.8, 0.81))).toBe(true);
    expect(isLearnt(targets, curve(0.5, 0.7, 0.8))).toBe(false);
    expect(isLearnt(targets, curve(0.1, 0.1, 0.1))).toBe(false);
    expect(isLearnt(targets, curve(0.9))).toBe(false);
    expect(isLearnt(targets, [])).toBe(false);
    expect(plannedRuns({ ...PLAN, maxRuns: 0, autoRounds: true }, 16)).toBe(enoughMixtures(16) + 16);
    expect(plannedRuns({ ...PLAN, maxRuns: 0, autoRounds: true })).toBeUndefined();
  });

  it("are refused where the budget pays for nothing, or with rounds of one's own", () => {
    expect(limitFaults(PLAN)).toEqual([]);
    expect(limitFaults({ ...PLAN, maxRuns: 18, maxTokens: 10 }).map(({ field }) => field)).toEqual([
      "budget.max_runs",
      "budget.max_tokens",
    ]);
    expect(limitFaults({ ...PLAN, maxRuns: 19 })).toEqual([]);
    const both = { ...PLAN, autoRounds: true, openEnded: false, rounds: [4] };
    expect(limitFaults(both)[0]).toMatchObject({ field: "budget.auto_rounds", found: "rounds of 4" });
    expect(limitFaults({ ...PLAN, strategy: "uniform", maxRuns: 1 })).toEqual([]);
  });

  it("say why they ended", () => {
    const end = { expectedImprovement: 0.0012, noiseFloor: 0.01 };
    expect(whyRoundsEnded({ reason: "noise", ...end }, 2)).toContain(
      "promised 0.0012 bits per byte, less than the 0.010",
    );
    expect(whyRoundsEnded({ reason: "budget", ...end }, 3)).toContain("after round 3");
  });
});
