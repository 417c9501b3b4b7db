import { seeded, sum } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feasibleSet, InfeasibleError, makeFeasible, projectKl, repetitionLimits } from "./constraints.js";
import { weightsOverall } from "./parts.js";

const INPUT = {
  domains: ["a", "b", "c", "decay/a", "decay/b", "decay/c"],
  tokens: [600, 300, 100, 600, 300, 100],
  targetTokens: 0,
  maxRepetition: 2,
  bounds: [],
  klStrength: 0,
  parts: [0.8, 0.2],
};
const cases = fc.record({
  raw: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
  tokens: fc.array(fc.integer({ min: 50, max: 1000 }), { minLength: 4, maxLength: 4 }),
  decay: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  cap: fc.double({ min: 1.05, max: 4, noNaN: true }),
  lower: fc.double({ min: 0, max: 0.2, noNaN: true }),
});

function setOf({ tokens, decay, cap, lower }: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const domains = ["a", "b", "c", "d"];
  return feasibleSet({
    ...INPUT,
    domains: [...domains, ...domains.map((id) => `decay/${id}`)],
    tokens: [...tokens, ...tokens],
    maxRepetition: cap,
    bounds: [{ domain: "a", lower: Math.min(lower, (0.9 * cap * (tokens[0] as number)) / sum(tokens)) }],
    parts: [1 - decay, decay],
  });
}

function divergence(x: ArrayLike<number>, w: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    if (value > 0) total += value * Math.log(value / (w[i] as number));
  }
  return total;
}

describe("mixtures of the parts of a run", () => {
  it("have each part's share, and each domain's bounds over all parts", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const set = setOf(given);
        for (const mixture of [projectKl(given.raw, set), makeFeasible(given.raw, set)]) {
          const [general, decay] = [mixture.slice(0, 4), mixture.slice(4)].map((part) =>
            part.reduce((a, b) => a + b, 0),
          );
          expect(general).toBeCloseTo(1 - given.decay, 5);
          expect(decay).toBeCloseTo(given.decay, 5);
          weightsOverall(mixture, 4).forEach((weight, j) => {
            expect(weight).toBeLessThanOrEqual((set.parts?.upper[j] as number) + 1e-6);
            expect(weight).toBeGreaterThanOrEqual((set.parts?.lower[j] as number) - 1e-6);
          });
        }
      }),
    );
  });

  it("are the nearest such ones in the sense of KL: no step that keeps all constraints comes nearer", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 1000 }), (given, seed) => {
        const w = given.raw.map((value) => value + 0.01);
        const set = setOf(given);
        const nearest = projectKl(w, set);
        const random = seeded(seed);
        const other = projectKl(
          nearest.map((value) => value * Math.exp(0.3 * random.normal())),
          set,
        );
        expect(divergence(other, w)).toBeGreaterThanOrEqual(divergence(nearest, w) - 1e-6);
        // On the way to any other feasible mixture it gets worse from the beginning, because KL is convex.
        const step = nearest.map((value, i) => 0.99 * value + 0.01 * (other[i] as number));
        expect(divergence(step, w)).toBeGreaterThanOrEqual(divergence(nearest, w) - 1e-6);
      }),
    );
  });

  it("are found where hardly anything is given and a domain's bound is next to a part's share", () => {
    const given = {
      raw: [0, 0, 0, 0, 0, 4.3753195175571145e-306, 0, 0],
      tokens: [58, 780, 54, 610],
      decay: 0.9490340829138844,
      cap: 1.7992924138218778,
      lower: 0.06253200000100001,
    };
    const mixture = projectKl(given.raw, setOf(given));
    expect(sum(mixture.slice(4))).toBeCloseTo(given.decay, 9);
  });

  it("count a domain's tokens once, and are as infeasible as one mixture is", () => {
    expect([...repetitionLimits(INPUT)]).toEqual([1, 0.6, 0.2]);
    expect(Array.from(feasibleSet(INPUT).prior)).toEqual([
      0.48,
      expect.closeTo(0.24),
      expect.closeTo(0.08),
      expect.closeTo(0.12),
      expect.closeTo(0.06),
      expect.closeTo(0.02),
    ]);
    expect(() => feasibleSet({ ...INPUT, maxRepetition: 0.5 })).toThrow(InfeasibleError);
    expect(() => feasibleSet({ ...INPUT, parts: [0.5, 0.4] })).toThrow("expected all domains for each of two parts");
    const groups = [{ domains: ["a", "b"], ratios: [1, 1] }];
    expect(() => feasibleSet({ ...INPUT, groups })).toThrow("fixed groups, expected none");
  });
});
