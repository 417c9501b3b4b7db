import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, estimate, pooledNoise, probabilityLower } from "./pooled-noise.js";
import { seeded } from "./random.js";

describe("pooled noise", () => {
  it("is the square root of the summed squares over the summed degrees of freedom", () => {
    // Two groups: squares 2 + 8 over 2 + 1 degrees of freedom.
    const noise = pooledNoise([[1, 2, 3], [4, 8], [7]]);
    expect(noise.degreesOfFreedom).toBe(3);
    expect(noise.standardDeviation).toBeCloseTo(Math.sqrt(10 / 3), 12);
  });

  it("knows nothing from single runs", () => {
    expect(pooledNoise([[1], [2]])).toMatchObject({ degreesOfFreedom: 0 });
  });

  it("gives 90 % intervals that cover the truth nine times in ten", () => {
    const random = seeded("coverage");
    let covered = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const groups = [0, 1, 2, 3].map(() => [0, 1, 2].map(() => random.normal()));
      const { lower, upper } = estimate(groups[0] as number[], pooledNoise(groups));
      if (lower <= 0 && 0 <= upper) covered++;
    }
    expect(covered / 2000).toBeGreaterThan(0.88);
    expect(covered / 2000).toBeLessThan(0.92);
  });

  it("gives probabilities that are right as often as they say", () => {
    // Two equal mixtures: the probability that one is better is uniform, so it is below 0.1 in a tenth of the trials.
    const random = seeded("calibration");
    let small = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const [a, b, c] = [0, 1, 2].map(() => [0, 1, 2].map(() => random.normal())) as [number[], number[], number[]];
      if (probabilityLower(a, b, pooledNoise([a, b, c])) < 0.1) small++;
    }
    expect(small / 2000).toBeGreaterThan(0.08);
    expect(small / 2000).toBeLessThan(0.12);
  });

  it("says of a difference what it says of its reverse", () => {
    const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const noise = pooledNoise([a, b]);
        const [forth, back] = [difference(a, b, noise), difference(b, a, noise)];
        expect(forth.mean).toBeCloseTo(-back.mean, 9);
        expect(forth.lower).toBeCloseTo(-back.upper, 9);
        expect(probabilityLower(a, b, noise) + probabilityLower(b, a, noise)).toBeCloseTo(1, 9);
      }),
    );
  });
});
