import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScoredRun } from "./objective.js";
import { divideFirstRound, divideLaterRound, type RoundDivision, sizeKnowledge, sizeTransfers } from "./sizes.js";

const run = (mixture: number[], objective: number, smallerProxy = 0): ScoredRun => ({
  run: {
    runId: `${mixture} ${smallerProxy}`,
    role: smallerProxy ? "smaller" : "explore",
    origin: "",
    mixture,
    seed: 1,
    smallerProxy,
    round: 1,
    outcome: {
      state: "succeeded",
      tasks: [],
      seconds: 1,
      tokens: 1,
      bytes: 1,
      parameters: smallerProxy ? 100 : 1000,
      groupWeights: [],
      failure: "",
    },
  },
  tasks: [],
  objective,
});

/** What a round takes, in runs at the answer's size. */
const spent = ({ own, smaller }: RoundDivision, costs: readonly number[], baselines = 0) =>
  own +
  smaller.reduce((sum, { proxy, further }) => sum + (own + baselines + further) * (costs[proxy - 1] as number), 0);

describe("a round that sizes share", () => {
  it("is that of one size where there is but one", () => {
    expect(divideFirstRound(12, [], 3)).toEqual({ own: 12, smaller: [] });
    expect(divideLaterRound(8, [], { own: 0.9, smaller: [] })).toEqual({ own: 8, smaller: [] });
  });

  it("begins with half at the answer's size, trained by the smaller ones too, and what is left at those", () => {
    // 12 − 6 − (6 + 3)·0.2 = 4.2 runs' cost, which is 21 smaller ones.
    expect(divideFirstRound(12, [0.2], 3)).toEqual({ own: 6, smaller: [{ proxy: 1, further: 21 }] });
    expect(divideFirstRound(12, [0.1, 0.3], 3).smaller.map(({ further }) => further)).toEqual([12, 4]);
  });

  it("goes on where a run tells most for its cost, with a third at the answer's size", () => {
    expect(divideLaterRound(9, [0.2], { own: 0.9, smaller: [0.8] })).toEqual({
      own: 3,
      smaller: [{ proxy: 1, further: 27 }],
    });
    expect(divideLaterRound(9, [0.3, 0.1], { own: 0.9, smaller: [0.9, 0.9] }).smaller[0]?.proxy).toBe(2);
    expect(divideLaterRound(9, [0.5], { own: 0.9, smaller: [0.4] })).toEqual({ own: 9, smaller: [] });
    expect(divideLaterRound(9, [0.2], { own: 0.9, smaller: [Number.NaN] })).toEqual({ own: 9, smaller: [] });
  });

  it("never costs more than its mixtures would at the answer's size, the baselines' smaller runs aside", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 64 }),
        fc.array(fc.double({ min: 0.01, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
        (count, costs, own, smaller) => {
          const later = divideLaterRound(count, costs, { own, smaller });
          expect(spent(later, costs)).toBeLessThanOrEqual(count + 1e-9);
          const first = divideFirstRound(count, costs, 0);
          const least = first.own * (1 + costs.reduce((sum, cost) => sum + cost, 0));
          expect(spent(first, costs)).toBeLessThanOrEqual(Math.max(count, least) + 1e-9);
        },
      ),
    );
  });
});

describe("two sizes of proxy", () => {
  it("are compared by mixtures that both trained, with an interval that holds what most draws find", () => {
    const random = seeded(3);
    // Both are a truth with noise of half its spread: the rank correlation of many is 0.786 (6/π·asin(ρ/2) of 0.8).
    const draw = (count: number) =>
      Array.from({ length: count }, (_, i) => {
        const truth = random.normal();
        const mixture = [i / count, 1 - i / count];
        return [run(mixture, truth + 0.5 * random.normal()), run(mixture, truth + 0.5 * random.normal(), 1)];
      }).flat();
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const [found] = sizeTransfers(draw(20), 1);
      expect(found).toMatchObject({ mixtures: 20, runs: 20, parameters: 1000, smallerParameters: 100 });
      if (found && found.lower <= 0.786 && 0.786 <= found.upper) held++;
    }
    expect(held / 200).toBeGreaterThan(0.84);
    expect(held / 200).toBeLessThan(0.96);
  });

  it("cannot be compared by mixtures of one alone, or by too few", () => {
    const apart = [run([0.1, 0.9], 1), run([0.2, 0.8], 2, 1)];
    expect(sizeTransfers(apart, 1)).toMatchObject([{ mixtures: 0, spearman: Number.NaN, lower: Number.NaN }]);
    const three = [0.1, 0.2, 0.3].flatMap((w) => [run([w, 1 - w], w), run([w, 1 - w], w, 1)]);
    expect(sizeTransfers(three, 1)).toMatchObject([{ mixtures: 3, lower: Number.NaN, upper: Number.NaN }]);
  });

  it("tell how much a run at the answer's size says of another by the noise between seeds", () => {
    const scored = [1, 2, 3, 4].map((value) => run([value / 10, 1 - value / 10], value));
    const noise = { objective: { standardDeviation: Math.sqrt(5 / 3) / 2, degreesOfFreedom: 4 } };
    expect(sizeKnowledge(scored, [], noise).own).toBeCloseTo(0.75, 12);
  });
});
