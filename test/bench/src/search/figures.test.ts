import { describe, expect, it } from "vitest";
import { FULL, groupsOf, QUICK, roundsOf, wholeGroup } from "./experiment.js";
import { type Answer, byBudget, type Confirmation, coverage, groupResult, runsToReach, transfer } from "./figures.js";

const answer = (strategy: string, budget: number, seed: number, weight: number): Answer => ({
  group: "science",
  strategy,
  budget,
  seed,
  searchId: `${strategy}-${budget}-${seed}`,
  mixture: [weight, 1 - weight],
  runs: budget + 10,
  tokens: 1000 * budget,
  seconds: budget,
  predicted: [],
});
/** Bits per byte that fall with the first domain's weight, and a little noise of the seed. */
const confirmed = ([weight = 0]: readonly number[]): Confirmation => ({
  mixture: [weight, 1 - weight],
  proxy: [1, -1].map((noise) => ({ science: 4 - weight + 0.01 * noise })),
  larger: [1, -1].map((noise) => ({ science: 3 - weight + 0.01 * noise })),
});

describe("the figures of a search experiment", () => {
  it("are means over search seeds by strategy and budget, and the fewest runs that reach another's most", () => {
    const answers = [1, 2].flatMap((seed) => [
      answer("climb", 8, seed, 0.5 + 0.01 * seed),
      answer("climb", 16, seed, 0.7 + 0.01 * seed),
      answer("regmix", 16, seed, 0.6 + 0.01 * seed),
    ]);
    const result = groupResult(answers, ["science"], confirmed);
    expect(result.map(({ strategy }) => strategy)).toEqual(["climb 16", "regmix 16", "climb 8"]);
    const figures = byBudget(result);
    expect(figures.climb?.[8]?.mean).toBeCloseTo(3 - 0.515, 9);
    expect(figures.regmix?.[16]?.lower).toBeLessThan(3 - 0.615);
    expect(runsToReach(figures, "regmix", 16)).toBe(16);
    expect(runsToReach(figures, "regmix", 112)).toBeNull();
    expect(
      runsToReach(
        { climb: { 8: { mean: 2, lower: 1, upper: 3 } }, regmix: { 16: { mean: 1, lower: 1, upper: 1 } } },
        "regmix",
        16,
      ),
    ).toBeNull();
  });

  it("count which measured values lie in the interval that was predicted", () => {
    const predicted = [0.5, 1, 1.5, 2.5].map((measured, i) => ({ lower: 1, upper: 2, measured, isFresh: i > 1 }));
    expect(coverage([{ ...answer("climb", 8, 1, 0.5), predicted }])).toEqual({
      runs: 4,
      share: 0.5,
      freshRuns: 2,
      freshShare: 0.5,
    });
  });

  it("are a rank correlation of one where both sizes order mixtures alike", () => {
    const mixtures = [0.1, 0.3, 0.5, 0.7, 0.9].map((weight) => confirmed([weight]));
    expect(transfer(mixtures, ["science"])).toMatchObject({ rho: 1, mixtures: 5 });
    expect(
      transfer(
        mixtures.map((of) => ({ ...of, larger: of.larger.map(({ science = 0 }) => ({ science: -science })) })),
        ["science"],
      ).rho,
    ).toBe(-1);
  });

  it("are of budgets that every strategy spends to the last mixture", () => {
    for (const strategy of FULL.strategies)
      for (const budget of [8, 16, 32, 64, 112])
        expect(roundsOf(strategy, budget).reduce((sum, count) => sum + count)).toBe(budget);
    expect(roundsOf("climb-paper", 112)).toEqual([64, 32, 16]);
    expect(groupsOf(QUICK)).toEqual({ code: ["code"] });
    expect(Object.keys(groupsOf(FULL))).toEqual(["science", "commonsense", "code", "maths", "sum"]);
    expect([wholeGroup(QUICK), wholeGroup(FULL)]).toEqual(["code", "sum"]);
  });
});
