import { fromRows, seeded, sum } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { fitPredictor, type Predictor, predictObjective, predictTarget } from "../ensemble.js";
import { noFeatures } from "../features/source.js";
import { distinctRows } from "../rows.js";
import { makeLandscape } from "../testing/landscape.js";
import { type ConstraintInput, feasibleSet, repetitionLimits } from "./constraints.js";
import { examine } from "./examine.js";
import type { Guard } from "./guard.js";
import { smoothPart } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";
import { penalties } from "./penalty.js";
import { type Acquisition, propose, proposeByClimb } from "./propose.js";
import { leastRepetition } from "./smallest-change.js";

const landscape = makeLandscape(6, 3, 11);
const tokens = [100, 200, 50, 400, 120, 80];
const constraints: ConstraintInput = {
  domains: landscape.domains,
  tokens,
  targetTokens: 0,
  maxRepetition: 0,
  bounds: [],
  klStrength: 0,
};
const features = landscape.targets.map(() => noFeatures);

/** The first two targets earn, the last one guards. */
function fitted(): Predictor {
  const random = seeded("examine");
  const runs = Array.from({ length: 40 }, (_, i) =>
    landscape.run(`${i}`, random.dirichlet(new Float64Array(6).fill(1)), 0.001, random),
  );
  return fitPredictor({
    domains: landscape.domains,
    targets: landscape.targets.map((name, t) => ({ name, weight: t < 2 ? 1 : 0, features: noFeatures })),
    rows: distinctRows(runs, 6, 3),
    models: ["power-law", "ridge", "mean"],
    seed: 1,
  });
}
const predictor = fitted();
const set = feasibleSet(constraints);
const guard = (maxRegression: number): Guard => ({ target: 2, maxRegression, reference: set.prior });
const guardValue = (mixture: Float64Array) =>
  (predictTarget(predictor, features, 2, fromRows([mixture]))[0] as number) -
  (predictTarget(predictor, features, 2, fromRows([set.prior]))[0] as number);
const ask = (acquisition: Acquisition, guards: Guard[], klStrength = 0) =>
  propose({
    acquisition,
    count: 4,
    set: { ...set, klStrength },
    known: [],
    predictor,
    features,
    guards,
    targetWeights: [1, 1, 0],
    seed: 3,
  });

describe("guardrails", () => {
  it("earn nothing: the objective is that of the other targets alone", () => {
    expect([...predictor.shares]).toEqual([0.5, 0.5, 0]);
  });

  it("bound what is proposed, and cost something", () => {
    const [free] = ask("best", []);
    const broken = guardValue(free?.mixture as Float64Array);
    // Half of what the free optimum does to it is allowed, so that the guardrail must bind.
    expect(broken).toBeGreaterThan(0.02);
    const limit = broken / 2;
    const [kept] = ask("best", [guard(limit)]);
    expect(guardValue(kept?.mixture as Float64Array)).toBeLessThan(limit + 0.003);
    const values = predictObjective(
      predictor,
      features,
      fromRows([free, kept].map((each) => each?.mixture as Float64Array)),
    );
    expect(values[1] as number).toBeGreaterThan(values[0] as number);
    for (const { mixture } of ask("pareto", [guard(limit)])) expect(guardValue(mixture)).toBeLessThan(limit + 1e-9);
  });

  it("add nothing to mixtures that keep them, and a steep penalty to others", () => {
    const [free] = ask("best", []);
    const mixture = free?.mixture as Float64Array;
    const by = guardValue(mixture);
    const at = (maxRegression: number) =>
      penalties([mixture], { set, features, guards: [guard(maxRegression)] }, predictor)[0] as number;
    expect(at(by + 0.001)).toBe(0);
    expect(at(by - 0.01)).toBeCloseTo(20 * 0.01, 6);
  });
});

describe("a mixture that is examined", () => {
  it("has the price of each constraint that holds it back, as optimising again with more room tells", () => {
    const free = smoothPart(predictor, features) as NonNullable<ReturnType<typeof smoothPart>>;
    const unbound = constrainedOptimum(free, set, [set.prior]).mixture;
    const largest = unbound.indexOf(Math.max(...unbound));
    const upper = (unbound[largest] as number) / 2;
    const bounded = {
      ...constraints,
      bounds: [{ domain: `d${largest}`, lower: 0, upper }],
    };
    const tight = feasibleSet(bounded);
    const { mixture } = constrainedOptimum(free, tight, [set.prior]);
    const found = examine({
      predictor,
      features,
      set: tight,
      repetitionLimits: repetitionLimits(bounded),
      guards: [],
      mixture,
      tolerance: 0.001,
      seed: 1,
    });
    const [first] = found.binding;
    expect(first).toMatchObject({ kind: "upper-bound", domain: largest });
    const looser = feasibleSet({ ...bounded, bounds: [{ domain: `d${largest}`, lower: 0, upper: upper + 0.01 }] });
    const gain = free.value(mixture) - constrainedOptimum(free, looser, [mixture], 400).value;
    expect(first?.price).toBeGreaterThan(0);
    expect(first?.price).toBeCloseTo(gain, 4);
    // Without the bound the domain has more.
    expect(found.unconstrained?.mixture[largest]).toBeGreaterThan(upper);
  });

  it("has a range of weights for each domain that holds its own, and grows with the tolerance", () => {
    const { mixture } = constrainedOptimum(
      smoothPart(predictor, features) as NonNullable<ReturnType<typeof smoothPart>>,
      set,
      [set.prior],
    );
    const ranges = (tolerance: number) =>
      examine({
        predictor,
        features,
        set,
        repetitionLimits: repetitionLimits(constraints),
        guards: [],
        mixture,
        tolerance,
        seed: 1,
      }).ranges;
    const [narrow, wide] = [ranges(0.0005), ranges(0.01)];
    mixture.forEach((weight, j) => {
      const [a, b] = [narrow[j] as (typeof narrow)[0], wide[j] as (typeof wide)[0]];
      expect(a.lower).toBeLessThanOrEqual(weight);
      expect(a.upper).toBeGreaterThanOrEqual(weight);
      expect(b.lower).toBeLessThanOrEqual(a.lower);
      expect(b.upper).toBeGreaterThanOrEqual(a.upper);
    });
    expect(sum(wide.map(({ lower, upper }) => upper - lower))).toBeGreaterThan(0.1);
  });
});

describe("the KL penalty", () => {
  it("pulls the predicted optimum towards the prior, further the stronger it is", () => {
    const distance = (strength: number) => {
      const mixture = ask("best", [], strength)[0]?.mixture as Float64Array;
      return mixture.reduce((total, w, j) => total + Math.abs(w - (set.prior[j] as number)), 0);
    };
    expect(distance(1)).toBeLessThan(distance(0.05));
    expect(distance(0.05)).toBeLessThan(distance(0));
  });

  it("counts in what an improvement is held against: at the penalised optimum little is left to expect", () => {
    const strong = { ...set, klStrength: 5 };
    const outlook = (known: Float64Array[]) =>
      proposeByClimb({
        acquisition: "climb",
        count: 4,
        set: strong,
        known,
        predictor,
        features,
        targetWeights: [1, 1, 0],
        seed: 3,
      }).expectedImprovement;
    const corner = Float64Array.of(0, 0, 1, 0, 0, 0);
    const [best] = ask("best", [], 5);
    expect(outlook([corner])).toBeGreaterThan(10 * outlook([corner, best?.mixture as Float64Array]));
  });
});

describe("constraints that leave too little", () => {
  it("are refused with the least repetition limit that helps, which does", () => {
    const bounds = [{ domain: "d3", lower: 0, upper: 0.2 }];
    const tight = { ...constraints, targetTokens: 2000, maxRepetition: 2.5, bounds };
    const high = [1, 1, 1, 0.2, 1, 1];
    const least = leastRepetition(tokens, high, 2000) as number;
    expect(() => feasibleSet(tight)).toThrow(`Feasible is max_repetition from ${least}`);
    expect(sum(feasibleSet({ ...tight, maxRepetition: least }).upper)).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(() => feasibleSet({ ...tight, maxRepetition: least * 0.998 })).toThrow("less than 1");
  });
});
