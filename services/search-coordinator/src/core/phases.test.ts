import { describe, expect, it } from "vitest";
import { baselines, rawBaselines } from "./baselines.js";
import { isFeasible, repetitions, targetTokens } from "./constraints.js";
import { klPenalty } from "./penalty.js";
import { mixturesOfParts, overallMixture, searchedWeights } from "./phases.js";
import type { Plan } from "./plan.js";

const PLAN = {
  strategy: "climb",
  maxRepetition: 2,
  targetTokens: 0,
  bounds: [],
  klStrength: 1,
  fixedGroups: [],
  baselines: [{ name: "mine", weights: { a: 0.25, b: 0.75 } }],
  decayShare: 0.2,
} as unknown as Plan;
const DOMAINS = [
  { id: "a", label: "A", tokens: 300 },
  { id: "b", label: "B", tokens: 100 },
];
const weights = searchedWeights(PLAN, DOMAINS);

describe("a search of two mixtures", () => {
  it("has every domain twice, and the tokens of the domains once", () => {
    expect(weights.map(({ id, decayOf }) => [id, decayOf])).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["decay/a", "a"],
      ["decay/b", "b"],
    ]);
    expect(targetTokens(PLAN, weights)).toBe(400);
    expect(searchedWeights({}, DOMAINS)).toEqual(DOMAINS);
  });

  it("compares with mixtures that are the same in both parts", () => {
    const found = baselines(PLAN, weights, 1, rawBaselines(PLAN, weights, 1));
    const of = (name: string) => found.find((one) => one.name === name)?.mixture;
    expect(of("proportional")).toEqual([0.6, 0.2, 0.15, 0.05]);
    expect(of("uniform")).toEqual([0.4, 0.4, 0.1, 0.1]);
    expect(of("mine")).toEqual([0.2, 0.6, 0.05, 0.15]);
    expect(klPenalty([0.6, 0.2, 0.15, 0.05], PLAN, weights)).toBeCloseTo(0, 12);
  });

  it("holds a domain to one limit of repetition over both", () => {
    // Of b there may be half of all, however it is divided.
    expect(isFeasible([0.4, 0.4, 0.1, 0.1], PLAN, weights, 1)).toBe(true);
    expect(isFeasible([0.5, 0.3, 0, 0.2], PLAN, weights, 1)).toBe(true);
    expect(isFeasible([0.4, 0.4, 0.05, 0.15], PLAN, weights, 1)).toBe(false);
    expect(isFeasible([0.5, 0.4, 0.05, 0.05], PLAN, weights, 1)).toBe(false);
    const repeated = repetitions([0.5, 0.3, 0, 0.2], PLAN, weights);
    expect(repeated.map((times) => Number(times.toFixed(9)))).toEqual([0.666666667, 2, 0.666666667, 2]);
  });

  it("is told as what a run trains on, and as what it trains on in all", () => {
    const { general, decay } = mixturesOfParts([0.6, 0.2, 0, 0.2]);
    expect(general.map((weight) => Number(weight.toFixed(12)))).toEqual([0.75, 0.25]);
    expect(decay).toEqual([0, 1]);
    expect(overallMixture([0.6, 0.2, 0, 0.2], weights)).toEqual([0.6, 0.4]);
  });
});
