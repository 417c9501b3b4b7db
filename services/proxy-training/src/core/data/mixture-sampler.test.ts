import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillBatch } from "./batch.js";
import { createMixtureSampler, type MixtureSampler, type MixtureSamplerOptions } from "./mixture-sampler.js";
import { createPermutation } from "./permutation.js";
import { windowCounts } from "./window-counts.js";

const runs = fc
  .record({
    sizes: fc.array(fc.integer({ min: 40, max: 3000 }), { minLength: 1, maxLength: 6 }),
    weights: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 6, maxLength: 6 }),
    tokens: fc.integer({ min: 1, max: 6000 }),
    batch: fc.integer({ min: 1, max: 5 }),
    context: fc.integer({ min: 1, max: 39 }),
    seed: fc.nat(),
    targetTokens: fc.constantFrom(0, 20_000),
  })
  .map(
    ({ sizes, weights, ...rest }): MixtureSamplerOptions => ({
      ...rest,
      domains: sizes.map((tokens, j) => ({ id: `d${j}`, tokens })),
      mixture: weights.slice(0, sizes.length),
    }),
  );

/** All window starts of one domain, in training order. */
function startsOf(sampler: MixtureSampler, domain: number): number[] {
  const starts: number[] = [];
  for (let step = 0; step < sampler.steps; step++) {
    for (let row = 0; row < sampler.batch; row++) {
      const window = sampler.windowAt(step, row);
      if (window.domain === domain) starts.push(window.start);
    }
  }
  return starts;
}

describe("the mixture sampler", () => {
  it("draws the exact number of windows from every domain, all inside it", () => {
    fc.assert(
      fc.property(runs, (options) => {
        const sampler = createMixtureSampler(options);
        expect(sampler.windowCounts).toEqual(windowCounts(options.mixture, sampler.steps * sampler.batch));
        options.domains.forEach(({ tokens }, j) => {
          const starts = startsOf(sampler, j);
          expect(starts).toHaveLength(sampler.windowCounts[j] as number);
          for (const start of starts) expect(start >= 0 && start + options.context < tokens).toBe(true);
        });
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("repeats no window within an epoch, and repeats as often as it says", () => {
    fc.assert(
      fc.property(runs, (options) => {
        const sampler = createMixtureSampler(options);
        options.domains.forEach((_, j) => {
          const starts = startsOf(sampler, j);
          const epoch = Math.round(starts.length / (sampler.epochs[j] as number));
          for (let from = 0; from < starts.length; from += epoch) {
            const seen = starts.slice(from, from + epoch).sort((a, b) => a - b);
            for (let i = 1; i < seen.length; i++) {
              expect((seen[i] as number) - (seen[i - 1] as number)).toBeGreaterThanOrEqual(options.context);
            }
          }
        });
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("gives runs that share a seed the same stream of every domain, whatever the mixture and the order of domains", () => {
    fc.assert(
      fc.property(
        runs,
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 6, maxLength: 6 }),
        (options, weights) => {
          const one = createMixtureSampler(options);
          const count = options.domains.length;
          const other = createMixtureSampler({
            ...options,
            domains: [...options.domains].reverse(),
            mixture: weights.slice(0, count),
          });
          options.domains.forEach((_, j) => {
            const [a, b] = [startsOf(one, j), startsOf(other, count - 1 - j)];
            const shared = Math.min(a.length, b.length);
            expect(a.slice(0, shared)).toEqual(b.slice(0, shared));
          });
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it("answers a resumed run, which starts in the middle, as the run that came there step by step", () => {
    fc.assert(
      fc.property(runs, (options) => {
        const walked = createMixtureSampler(options);
        startsOf(walked, 0);
        const resumed = createMixtureSampler(options);
        for (let step = walked.steps - 1; step >= 0; step -= 3) {
          expect(resumed.windowAt(step, 0)).toEqual(walked.windowAt(step, 0));
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it("keeps every domain's share the same all through the run", () => {
    const sampler = createMixtureSampler({ ...base, mixture: [0.7, 0.25, 0.05], tokens: 64_000 });
    const half = Array.from({ length: sampler.steps / 2 }, (_, step) =>
      Array.from({ length: sampler.batch }, (_, row) => sampler.windowAt(step, row).domain),
    ).flat();
    [0.7, 0.25, 0.05].forEach((weight, j) => {
      const found = half.filter((domain) => domain === j).length;
      expect(Math.abs(found - weight * half.length)).toBeLessThanOrEqual(2);
    });
  });

  it("gives other windows for another seed", () => {
    const one = startsOf(createMixtureSampler({ ...base, seed: 1 }), 0);
    expect(startsOf(createMixtureSampler({ ...base, seed: 2 }), 0)).not.toEqual(one);
  });

  it("repeats a domain as often as the target run would, on a fixed subset", () => {
    const mixture = [0.5, 0.3, 0.2];
    const targetTokens = 640_000;
    const sampler = createMixtureSampler({ ...base, mixture, tokens: 64_000, targetTokens });
    base.domains.forEach(({ tokens }, j) => {
      const wanted = ((mixture[j] as number) * targetTokens) / tokens;
      expect((sampler.epochs[j] as number) / wanted).toBeCloseTo(1, 1);
      const distinct = new Set(startsOf(sampler, j));
      expect(distinct.size).toBe(Math.round((sampler.windowCounts[j] as number) / (sampler.epochs[j] as number)));
    });
    const short = createMixtureSampler({ ...base, mixture, tokens: 16_000, targetTokens: 10_000 });
    expect(short.epochs).toEqual(createMixtureSampler({ ...base, mixture, tokens: 16_000 }).epochs);
  });

  it("refuses a used domain that is smaller than one window, and takes it with weight 0", () => {
    const domains = [...base.domains, { id: "crumbs", tokens: 64 }];
    expect(() => createMixtureSampler({ ...base, domains, mixture: [1, 1, 1, 1] })).toThrow(
      "domain crumbs has 64 tokens: expected at least 65 (one window)",
    );
    expect(createMixtureSampler({ ...base, domains, mixture: [1, 1, 1, 0] }).epochs[3]).toBe(0);
    expect(() => createMixtureSampler({ ...base, mixture: [1] })).toThrow("1 weights for 3 domains");
    expect(() => createMixtureSampler({ ...base, tokens: 0 })).toThrow("tokens is 0");
    expect(() => createMixtureSampler(base).windowAt(10_000, 0)).toThrow("step 10000, row 0: expected a step below");
  });

  it("fills a batch with each window and the same window one token later", () => {
    const sampler = createMixtureSampler(base);
    const tokens = base.domains.map(({ tokens: n }, j) =>
      Uint16Array.from({ length: n }, (_, i) => (i * 7 + j) % 65536),
    );
    const inputs = new Int32Array(4 * 64);
    const targets = new Int32Array(4 * 64);
    const read = (j: number, start: number, length: number) =>
      (tokens[j] as Uint16Array).subarray(start, start + length);
    fillBatch(sampler, 3, read, inputs, targets);
    const { domain, start } = sampler.windowAt(3, 2);
    expect(inputs[5 * 4 + 2]).toBe(tokens[domain]?.[start + 5]);
    expect(targets[63 * 4 + 2]).toBe(tokens[domain]?.[start + 64]);
    expect([...targets.slice(0, 63 * 4)]).toEqual([...inputs.slice(4)]);
  });
});

describe("window counts", () => {
  it("sum to the total and differ from weight × total by less than one", () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 1e7 }), (raw, windows) => {
        const sum = raw.reduce((a, b) => a + b, 0);
        fc.pre(sum > 1e-6);
        const counts = windowCounts(raw, windows);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(windows);
        counts.forEach((count, j) => {
          // The weight itself is rounded to 1e-6.
          expect(Math.abs(count - ((raw[j] as number) / sum) * windows)).toBeLessThan(1 + windows * 1.1e-6);
        });
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe("the permutation", () => {
  it("maps 0 … size−1 one to one", () => {
    for (const size of [1, 2, 3, 5, 16, 17, 1000, 4097]) {
      const permute = createPermutation(size, seeded(size));
      const images = Array.from({ length: size }, (_, i) => permute(i));
      expect([...images].sort((a, b) => a - b)).toEqual(images.map((_, i) => i));
    }
  });

  it("sends every place everywhere about equally often", () => {
    const size = 10;
    const trials = 20_000;
    const table = new Float64Array(size * size);
    for (let trial = 0; trial < trials; trial++) {
      const permute = createPermutation(size, seeded(trial));
      for (let i = 0; i < size; i++) table[i * size + permute(i)] = (table[i * size + permute(i)] as number) + 1;
    }
    const chiSquare = table.reduce((sum, n) => sum + (n - trials / size) ** 2 / (trials / size), 0);
    // 81 degrees of freedom: mean 81, standard deviation 12.7.
    expect(chiSquare).toBeLessThan(140);
  });
});

const base: MixtureSamplerOptions = {
  domains: [
    { id: "prose", tokens: 50_000 },
    { id: "code", tokens: 20_000 },
    { id: "recipes", tokens: 9_000 },
  ],
  mixture: [1, 1, 1],
  tokens: 16_000,
  batch: 4,
  context: 64,
  seed: 7,
};

describe("a run whose last steps have another mixture", () => {
  const options = { ...base, mixture: [0.7, 0.3, 0], decay: { share: 0.25, mixture: [0, 0.5, 0.5] } };
  const sampler = createMixtureSampler(options);
  const drawn = (from: number, to: number) =>
    windowCountsOf(
      Array.from({ length: (to - from) * sampler.batch }, (_, slot) =>
        sampler.windowAt(from + Math.floor(slot / sampler.batch), slot % sampler.batch),
      ),
    );
  const windowCountsOf = (windows: { domain: number }[]) =>
    options.domains.map((_, j) => windows.filter(({ domain }) => domain === j).length);
  const last = Math.round(0.25 * sampler.steps);

  it("draws exactly by each of the two", () => {
    const before = drawn(0, sampler.steps - last);
    const after = drawn(sampler.steps - last, sampler.steps);
    expect(before).toEqual(windowCounts(options.mixture, (sampler.steps - last) * sampler.batch));
    expect(after).toEqual(windowCounts(options.decay.mixture, last * sampler.batch));
    expect(sampler.windowCounts).toEqual(before.map((count, j) => count + (after[j] as number)));
  });

  it("goes on with each domain's windows where the first part ended", () => {
    const whole = startsOf(createMixtureSampler({ ...base, mixture: [0, 1, 0] }), 1);
    const both = startsOf(sampler, 1);
    expect(both).toEqual(whole.slice(0, both.length));
  });

  it("is refused with weights for other domains", () => {
    expect(() => createMixtureSampler({ ...options, decay: { share: 0.5, mixture: [1] } })).toThrow(
      "1 weights for 3 domains",
    );
  });
});
