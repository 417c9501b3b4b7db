import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterSpecs } from "../model/shape.js";
import { initialState } from "../training/state.js";
import { createExcessLoss } from "./excess-loss.js";
import { createGroupSampler } from "./group-sampler.js";
import { DOREMI, initialGroups, meanWeights, updateGroups } from "./group-weights.js";

describe("the weights of groups", () => {
  it("follow algorithm 1 of DoReMi step by step, and their mean is the answer", () => {
    // By hand: α·exp(excess) = (0.5·e^0.2, 0.5·e^0) → 0.549834, 0.450166; then 0.99·α + 0.01/2.
    const groups = initialGroups([0.5, 0.5]);
    expect(meanWeights(groups)).toEqual([0.5, 0.5]);
    updateGroups(groups, [0.2, 0], { stepSize: 1, smoothing: 0.01 });
    expect(groups.weights[0]).toBeCloseTo(0.99 * (Math.exp(0.2) / (1 + Math.exp(0.2))) + 0.005, 12);
    expect(groups.weights[0]).toBeCloseTo(0.549336, 6);
    const [first = 0] = groups.weights;
    updateGroups(groups, [0, 0.2], { stepSize: 1, smoothing: 0.01 });
    expect(meanWeights(groups)[0]).toBeCloseTo((first + (groups.weights[0] as number)) / 2, 12);
  });

  it("sum to one, stay above the smoothing's floor, and leave out what began without weight, however large the excess", () => {
    const excess = fc.double({ min: 0, max: 800, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(excess, excess, excess), { minLength: 1, maxLength: 20 }), (updates) => {
        const groups = initialGroups([0.3, 0, 0.7]);
        for (const update of updates) updateGroups(groups, update, DOREMI);
        for (const weights of [groups.weights, meanWeights(groups)]) {
          expect(weights[1]).toBe(0);
          expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
          for (const j of [0, 2]) expect(weights[j]).toBeGreaterThanOrEqual((0.999 * DOREMI.smoothing) / 2);
        }
      }),
    );
  });
});

describe("windows by changing weights", () => {
  const domains = ["a", "b", "c"].map((id) => ({ id, tokens: 1000 }));
  const options = { domains, mixture: [0.5, 0, 0.5], tokens: 640, batch: 4, context: 8, seed: 3, share: 1 };

  it("give each domain its share of every batch but for less than one window, none twice within an epoch", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (weight) => {
        const sampler = createGroupSampler(options);
        const groups = initialGroups(options.mixture);
        groups.weights = [weight, 0, 1 - weight];
        const starts = new Set<string>();
        for (let step = 0; step < sampler.steps; step++) {
          const windows = sampler.draw(step, groups);
          const own = windows.filter(({ domain }) => domain === 0).length;
          expect(Math.abs(own - 4 * weight)).toBeLessThan(1);
          expect(windows.some(({ domain }) => domain === 1)).toBe(false);
          for (const { domain, start } of windows) starts.add(`${domain} ${start}`);
        }
        expect(groups.drawn.reduce((sum, count) => sum + count)).toBe(80);
        expect(starts.size).toBe(80);
        expect(sampler.epochs(groups)[1]).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it("are probed by windows of each domain in use, as often as training takes so many", () => {
    const sampler = createGroupSampler({ ...options, batch: 1 });
    expect(sampler.probeEvery).toBe(2);
    expect(sampler.probe(5).map(({ domain }) => domain)).toEqual([0, 2]);
    expect(sampler.probe(5)).toEqual(createGroupSampler({ ...options, batch: 1 }).probe(5));
  });
});

describe("the excess loss over a reference", () => {
  const shape = { vocabulary: 16, width: 8, layers: 1, heads: 1, context: 4, tied: false };

  it("is nothing against itself, and against a better model its mean lead where it leads", async () => {
    const { parameters } = initialState(shape, 1);
    // Without any weight in the head every token has the same probability: −ln p = ln 16.
    const flat = new Map(
      [...parameters].map(([name, values]) => [name, name === "head" ? values.map(() => 0) : values]),
    );
    expect(parameterSpecs(shape).map(({ name }) => name)).toContain("head");
    const measured = async (reference: Map<string, Float32Array>, own: Map<string, Float32Array>) => {
      const excess = await createExcessLoss({ shape, windows: 2, parameters: own, reference });
      excess.batch.tokens.set([1, 2, 3, 4, 5, 6, 7, 8]);
      excess.batch.targets.set([3, 4, 5, 6, 7, 8, 9, 10]);
      const found = await excess.measure();
      await excess.close();
      return found;
    };
    expect(await measured(parameters, parameters)).toEqual([0, 0]);
    const [ahead, behind] = [await measured(flat, parameters), await measured(parameters, flat)];
    for (const window of [0, 1]) expect((ahead[window] as number) + (behind[window] as number)).toBeGreaterThan(0);
    // One model's lead is the other's lag, token by token.
    expect(ahead.every((value) => value >= 0) && behind.every((value) => value >= 0)).toBe(true);
  });
});
