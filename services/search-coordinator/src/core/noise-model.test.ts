import { type Random, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { betweenNoise, noiseModel, type Replicates } from "./noise-model.js";

const DOMAINS = 6;
const SEARCHES = 100;

/** Mixtures with some seeds each, whose results scatter as `deviation` says. */
function simulated(
  random: Random,
  deviation: (mixture: readonly number[]) => number,
  { mixtures = 8, seeds = 3 } = {},
): Replicates[] {
  return Array.from({ length: mixtures }, () => {
    const mixture = Array.from(random.dirichlet(Array(DOMAINS).fill(1)));
    return { mixture, values: Array.from({ length: seeds }, () => 2.5 + deviation(mixture) * random.normal()) };
  });
}

const searches = (deviation: Parameters<typeof simulated>[1], size?: Parameters<typeof simulated>[2]) =>
  Array.from({ length: SEARCHES }, (_, i) => simulated(seeded(i).child("noise"), deviation, size));
const shareThatDiffer = (found: Replicates[][]) =>
  found.filter((groups) => noiseModel(groups).differs).length / found.length;

describe("noise as a function of the mixture", () => {
  it("stays the pooled one where all mixtures have the same, but for one search in twenty", () => {
    expect(shareThatDiffer(searches(() => 0.01))).toBeLessThanOrEqual(0.05);
    expect(shareThatDiffer(searches(() => 0.01, { mixtures: 12, seeds: 3 }))).toBeLessThanOrEqual(0.05);
  });

  it("is found where it differs by a factor of ten, and is then nearer to the truth than the pooled one", () => {
    const truth = ([first = 0]: readonly number[]) => 0.01 * Math.exp(6 * (first - 1 / DOMAINS));
    const found = searches(truth, { mixtures: 12, seeds: 4 });
    expect(shareThatDiffer(found)).toBeGreaterThan(0.6);
    let [own, pooled] = [0, 0];
    for (const groups of found) {
      const model = noiseModel(groups);
      for (const { mixture } of groups) {
        own += Math.log(model.at(mixture).standardDeviation / truth(mixture)) ** 2;
        pooled += Math.log(model.pooled.standardDeviation / truth(mixture)) ** 2;
      }
    }
    expect(own).toBeLessThan(0.6 * pooled);
  });

  it("is the pooled one where too few mixtures have several seeds, or none scatters", () => {
    const few = simulated(seeded(1), ([first = 0]) => first ** 4, { mixtures: 4, seeds: 5 });
    expect(noiseModel(few).differs).toBe(false);
    const alone = simulated(seeded(1), () => 1, { mixtures: 9, seeds: 1 });
    expect(noiseModel(alone).at([]).standardDeviation).toBeNaN();
    expect(noiseModel(simulated(seeded(1), () => 0)).differs).toBe(false);
  });

  it("gives a difference the error of both mixtures", () => {
    const [a, b] = [3, 4].map((standardDeviation) => ({ standardDeviation, degreesOfFreedom: 9 }));
    const noise = betweenNoise(a as never, 2, b as never, 2);
    expect(noise.standardDeviation * Math.sqrt(1 / 2 + 1 / 2)).toBeCloseTo(Math.sqrt(9 / 2 + 16 / 2), 12);
  });
});
