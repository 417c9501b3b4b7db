import { klDivergence, roundMixture, seeded, standardDeviation, sum } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitPredictor, type Predictor } from "../ensemble.js";
import { explain } from "../explain.js";
import { noFeatures } from "../features/source.js";
import { allModels } from "../models.js";
import { distinctRows } from "../rows.js";
import { makeLandscape } from "../testing/landscape.js";
import { l1 } from "./batch.js";
import { type ConstraintInput, feasibleSet, makeFeasible, projectKl } from "./constraints.js";
import { constrainedOptimum } from "./optimum.js";
import { type Acquisition, propose } from "./propose.js";
import { nonDominated } from "./several-targets.js";

const landscape = makeLandscape(8, 3, 11);
const tokens = [100, 200, 50, 400, 120, 80, 300, 150];
const constraints: ConstraintInput = {
  domains: landscape.domains,
  tokens,
  targetTokens: 0,
  maxRepetition: 0,
  bounds: [],
  klStrength: 0,
};

function firstRound(count: number) {
  const set = feasibleSet(constraints);
  return propose({ acquisition: "explore", count, set, known: [], features: [], targetWeights: [], seed: 3 }).map(
    (p) => p.mixture,
  );
}

function fitted(mixtures: readonly Float64Array[]): Predictor {
  const random = seeded("noise");
  const runs = mixtures.map((mixture, i) => landscape.run(`${i}`, mixture, 0.002, random));
  return fitPredictor({
    domains: landscape.domains,
    targets: landscape.targets.map((name) => ({ name, weight: 1, features: noFeatures })),
    rows: distinctRows(runs, 8, 3),
    models: allModels,
    seed: 1,
  });
}

describe("constraints", () => {
  it("cap every domain by its tokens and the target's", () => {
    const set = feasibleSet({ ...constraints, targetTokens: 2800, maxRepetition: 4 });
    set.upper.forEach((upper, j) => {
      expect(upper).toBeCloseTo((4 * (tokens[j] as number)) / 2800, 5);
    });
  });

  it("that no mixture meets are refused with what would be feasible", () => {
    expect(() => feasibleSet({ ...constraints, targetTokens: 7000 })).toThrow(
      "Feasible are target_tokens up to 5600 or max_repetition from 5",
    );
    expect(() => feasibleSet({ ...constraints, bounds: [{ domain: "d2", lower: 0.5 }] })).toThrow(
      /Feasible is max_repetition from 14/,
    );
    expect(() =>
      feasibleSet({
        ...constraints,
        maxRepetition: 100,
        bounds: landscape.domains.map((domain) => ({ domain, lower: 0.2 })),
      }),
    ).toThrow("the lower bounds sum to 1.6, more than 1");
    expect(() =>
      feasibleSet({ ...constraints, bounds: landscape.domains.map((domain) => ({ domain, lower: 0, upper: 0.1 })) }),
    ).toThrow("sum to 0.8, less than 1");
    expect(() => feasibleSet({ ...constraints, bounds: [{ domain: "dx", lower: 0 }] })).toThrow(
      '"dx": there is no such domain',
    );
  });

  it("hold after projection for any weights and any feasible bounds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ w: fc.double({ min: 0, max: 1, noNaN: true }), n: fc.integer({ min: 1, max: 1000 }) }), {
          minLength: 2,
          maxLength: 12,
        }),
        fc.double({ min: 1, max: 6, noNaN: true }),
        (parts, cap) => {
          const set = feasibleSet({
            domains: parts.map((_, j) => `${j}`),
            tokens: parts.map((p) => p.n),
            targetTokens: 0,
            maxRepetition: cap,
            bounds: [],
            klStrength: 0,
          });
          for (const w of [
            projectKl(
              parts.map((p) => p.w),
              set,
            ),
            roundMixture(
              makeFeasible(
                parts.map((p) => p.w),
                set,
              ),
            ),
          ]) {
            expect(sum(w)).toBeCloseTo(1, 6);
            w.forEach((weight, j) => {
              expect(weight).toBeGreaterThanOrEqual(0);
              expect(weight).toBeLessThanOrEqual((set.upper[j] as number) + 1.5e-6);
            });
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("the constrained optimum", () => {
  const centre = [0.3, 0.1, 0.05, 0.2, 0.05, 0.1, 0.1, 0.1];
  const quadratic = {
    value: (w: Float64Array) => w.reduce((total, weight, j) => total + (weight - (centre[j] as number)) ** 2, 0),
    gradient: (w: Float64Array) => w.map((weight, j) => 2 * (weight - (centre[j] as number))),
  };

  it("is the free minimum where the bounds allow it", () => {
    const { mixture } = constrainedOptimum(
      quadratic,
      feasibleSet({ ...constraints, maxRepetition: 50 }),
      [tokens],
      400,
    );
    mixture.forEach((w, j) => {
      expect(w).toBeCloseTo(centre[j] as number, 2);
    });
  });

  it("sits on the cap where they do not", () => {
    const set = feasibleSet({ ...constraints, maxRepetition: 1.5 });
    const { mixture } = constrainedOptimum(quadratic, set, [tokens], 400);
    expect(mixture[0]).toBeCloseTo(set.upper[0] as number, 4);
  });

  it("comes nearer to the prior as the KL penalty grows", () => {
    const distance = (klStrength: number) => {
      const set = feasibleSet({ ...constraints, klStrength });
      return klDivergence(constrainedOptimum(quadratic, set, [tokens], 200).mixture, set.prior);
    };
    expect(distance(0.05)).toBeLessThan(distance(0.01));
    expect(distance(100)).toBeLessThan(1e-3);
  });
});

describe("proposals", () => {
  const round = firstRound(30);
  const predictor = fitted(round);
  const set = feasibleSet(constraints);
  const request = {
    set,
    known: round,
    predictor,
    features: landscape.targets.map(() => noFeatures),
    targetWeights: [1, 1, 1],
    seed: 5,
    pool: 600,
  };

  it("of the first round are feasible, distinct and reach from near the prior to balanced", () => {
    expect(round).toHaveLength(30);
    expect(new Set(round.map((w) => w.join())).size).toBe(30);
    for (const w of round) {
      expect(sum(w)).toBeCloseTo(1, 9);
      w.forEach((weight, j) => {
        expect(weight).toBeLessThanOrEqual((set.upper[j] as number) + 1e-9);
      });
    }
  });

  it("beat the best mixture of the first round on the true function", () => {
    const [first] = propose({ ...request, acquisition: "best", count: 2 });
    expect(landscape.objective(first?.mixture ?? [])).toBeLessThan(
      Math.min(...round.map((w) => landscape.objective(w))),
    );
  });

  for (const acquisition of [
    "climb",
    "best",
    "expected-improvement",
    "ucb",
    "thompson",
    "explore",
    "paper-explore",
  ] satisfies Acquisition[]) {
    it(`by "${acquisition}" are new, apart, feasible and the same for the same seed`, () => {
      const found = propose({ ...request, acquisition, count: 9 });
      expect(found).toHaveLength(9);
      expect(propose({ ...request, acquisition, count: 9 })).toEqual(found);
      const keys = new Set(round.map((w) => w.join()));
      found.forEach(({ mixture, origin }, i) => {
        expect(keys.has(mixture.join())).toBe(false);
        expect(origin).not.toBe("");
        expect(mixture.every((w, j) => w <= (set.upper[j] as number) + 1e-9)).toBe(true);
        for (const other of found.slice(0, i)) expect(l1(mixture, other.mixture)).toBeGreaterThan(1e-6);
      });
    });
  }

  it('by "paper" are picks among the predicted best of many draws', () => {
    const found = propose({ ...request, acquisition: "paper", count: 4 });
    expect(found).toHaveLength(4);
    const typical = propose({ ...request, acquisition: "paper-explore", count: 40 }).map((p) =>
      landscape.objective(p.mixture),
    );
    for (const { mixture } of found)
      expect(landscape.objective(mixture)).toBeLessThan(typical.reduce((a, b) => a + b) / 40);
  });

  it("without a predictor, where one is needed, are refused", () => {
    expect(() => propose({ ...request, predictor: undefined, acquisition: "climb", count: 1 })).toThrow(
      '"climb" needs a predictor',
    );
    expect(() => propose({ ...request, acquisition: "zero-run", count: 1 })).toThrow(
      "needs the statistics of at least one target",
    );
  });

  it("are explained by the gain of each domain, of the sign that the truth has", () => {
    const centre = Float64Array.from(set.prior);
    const effects = explain(predictor, request.features, centre);
    const truth = effects.map(
      (_, j) =>
        landscape.objective(centre.map((w, i) => 0.99 * w + (i === j ? 0.01 : 0))) - landscape.objective(centre),
    );
    const agree = effects.filter((effect, j) => Math.sign(effect.objective) === Math.sign(truth[j] as number)).length;
    expect(agree).toBeGreaterThanOrEqual(6);
  });
});

describe("several targets", () => {
  const predictor = fitted([...firstRound(40)]);
  const features = landscape.targets.map(() => noFeatures);
  const ask = (acquisition: Acquisition, count: number) =>
    propose({
      acquisition,
      count,
      set: feasibleSet(constraints),
      known: [],
      predictor,
      features,
      targetWeights: [1, 1, 1],
      seed: 3,
    });

  it("have a Pareto set: no mixture in it beats another on every target, and each target's best is in it", () => {
    const proposals = ask("pareto", 12);
    expect(proposals.length).toBeGreaterThan(6);
    const truths = proposals.map(({ mixture }) => landscape.truth(mixture));
    landscape.targets.forEach((name, t) => {
      const best = truths[proposals.findIndex(({ origin }) => origin === `Pareto set: best on ${name}`)];
      // By the truth too the best on a target is near the least of the set.
      expect((best?.[t] ?? 9) - Math.min(...truths.map((row) => row[t] as number))).toBeLessThan(0.01);
    });
  });

  it("keep of rows what no other row is better than", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 1 }),
        (rows) => {
          const beaten = (a: number[], b: number[]) => b.every((v, t) => v <= (a[t] ?? 0)) && String(a) !== String(b);
          const expected = rows.filter((a) => !rows.some((b) => beaten(a, b)));
          const found = nonDominated(rows).map((i) => rows[i] as number[]);
          expect(found.map(String).sort()).toEqual(expected.map(String).sort());
        },
      ),
    );
  });

  it("can be asked for the mixture whose worst target gains most", () => {
    const [fair] = ask("worst-case", 1);
    const [average] = ask("best", 1);
    const prior = landscape.truth(feasibleSet(constraints).prior);
    const spreads = predictor.targets.map(({ actual }) => standardDeviation(actual));
    const worst = (mixture: ArrayLike<number>) =>
      Math.max(...landscape.truth(mixture).map((value, t) => (value - (prior[t] as number)) / (spreads[t] as number)));
    expect(worst(fair?.mixture ?? [])).toBeLessThan(worst(average?.mixture ?? []) + 0.1);
    expect(worst(fair?.mixture ?? [])).toBeLessThan(0);
  });
});

describe("fixed groups", () => {
  const groups = [{ domains: ["d1", "d4", "d6"], ratios: [1, 2, 5] }];

  it("keep their ratios in every proposal, under all other constraints", () => {
    const set = feasibleSet({ ...constraints, groups, bounds: [{ domain: "d4", lower: 0.05, upper: 0.1 }] });
    const predictor = fitted([...firstRound(40)]);
    for (const acquisition of ["explore", "climb", "best", "paper", "ucb", "thompson", "worst-case"] as const) {
      const proposals = propose({
        acquisition,
        count: 6,
        set,
        known: [],
        predictor,
        features: landscape.targets.map(() => noFeatures),
        targetWeights: [1, 1, 1],
        seed: 5,
      });
      expect(proposals.length).toBeGreaterThan(0);
      for (const { mixture } of proposals) {
        const [, a = 0, , , b = 0, , c = 0] = mixture;
        expect(b / a).toBeCloseTo(2, 3);
        expect(c / a).toBeCloseTo(5, 3);
        expect(b).toBeGreaterThan(0.05 - 2e-6);
        expect(b).toBeLessThan(0.1 + 2e-6);
      }
    }
  });

  it("that contradict bounds, overlap or name nothing are refused with the reason", () => {
    const ask = (change: Partial<ConstraintInput>) => () => feasibleSet({ ...constraints, ...change });
    expect(ask({ groups, bounds: [{ domain: "d1", lower: 0.2 }] })).toThrow(
      /contradict: the group would need at least 1.6/,
    );
    expect(ask({ groups: [...groups, { domains: ["d1"], ratios: [1] }] })).toThrow(
      'domain "d1" is in two fixed groups',
    );
    expect(ask({ groups: [{ domains: ["dx"], ratios: [1] }] })).toThrow('there is no domain "dx"');
    expect(ask({ groups: [{ domains: ["d1"], ratios: [0] }] })).toThrow('ratio of "d1" is 0, expected above 0');
  });
});
