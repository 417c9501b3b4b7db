import { fromRows, seeded, spearman } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { regmixTable } from "../../fixtures/regmix.js";
import { evaluatePowerLaw, fitPowerLaw, type PowerLaw, powerLawGradient } from "./power-law.js";

const truth: PowerLaw = {
  c: 1.2,
  k: 0.3,
  b: 0.25,
  epsilon: 2e-3,
  gamma: 0.6,
  a: Float64Array.of(2, 0.1, 0.4, 0.02, 1),
};

function sample(law: PowerLaw, rows: number, noise: number) {
  const random = seeded("power law");
  const mixtures = Array.from({ length: rows }, () => random.dirichlet(new Float64Array(law.a.length).fill(0.5)));
  return {
    weights: fromRows(mixtures),
    values: Float64Array.from(mixtures, (w) => evaluatePowerLaw(law, w) + noise * random.normal()),
  };
}

describe("the power law", () => {
  it("has the gradient that finite differences find", () => {
    const w = Float64Array.of(0.1, 0.2, 0.3, 0.25, 0.15);
    powerLawGradient(truth, w).forEach((g, j) => {
      const [up, down] = [w.slice(), w.slice()];
      up[j] = (up[j] as number) + 1e-6;
      down[j] = (down[j] as number) - 1e-6;
      expect(g).toBeCloseTo((evaluatePowerLaw(truth, up) - evaluatePowerLaw(truth, down)) / 2e-6, 6);
    });
  });

  it("is found again from its own values, where there are none of a domain too", () => {
    const { weights, values } = sample(truth, 80, 0);
    const law = fitPowerLaw({ weights, values }, seeded(1), { lambda: 1e-9, starts: 4, maxIterations: 400 });
    for (let i = 0; i < 80; i++)
      expect(evaluatePowerLaw(law, weights.data.subarray(5 * i, 5 * i + 5))).toBeCloseTo(values[i] as number, 3);
    for (let j = 0; j < 5; j++) {
      const corner = new Float64Array(5);
      corner[j] = 1;
      expect(Math.abs(evaluatePowerLaw(law, corner) - evaluatePowerLaw(truth, corner))).toBeLessThan(0.02);
    }
  });

  it("keeps c between zero and the least value, and fits values below zero", () => {
    const { weights, values } = sample({ ...truth, c: 0.02 }, 40, 0.05);
    const law = fitPowerLaw({ weights, values }, seeded(1));
    expect(law.c).toBeGreaterThanOrEqual(0);
    expect(law.c).toBeLessThan(Math.min(...values));
    const shifted = values.map((value) => value - 10);
    const below = fitPowerLaw({ weights, values: shifted }, seeded(1));
    const predicted = shifted.map((_, i) => evaluatePowerLaw(below, weights.data.subarray(5 * i, 5 * i + 5)));
    expect(spearman(predicted, shifted)).toBeGreaterThan(0.95);
  });

  it("stays finite without any of the domains, and far outside the runs", () => {
    const { weights, values } = sample(truth, 20, 0.3);
    const law = fitPowerLaw({ weights, values }, seeded(1));
    for (const corner of [new Float64Array(5), new Float64Array(5).fill(1000)]) {
      expect(Number.isFinite(evaluatePowerLaw(law, corner))).toBe(true);
      for (const slope of powerLawGradient(law, corner)) expect(Number.isFinite(slope)).toBe(true);
    }
  });

  it("fits proxies of two sizes together, and foretells a third", () => {
    const { weights, values } = sample(truth, 60, 0);
    // The floor and the scale fall with the size, the effect of the mixture is the same.
    const at = (w: ArrayLike<number>, size: number) =>
      evaluatePowerLaw({ ...truth, c: 2 - 0.1 * Math.log(size), k: 0.5 - 0.05 * Math.log(size) }, w);
    const mixture = (i: number) => weights.data.subarray(5 * i, 5 * i + 5);
    const capacities = values.map((_, i) => (i % 3 === 0 ? 1e6 : 1e5));
    const rows = { weights, values: values.map((_, i) => at(mixture(i), capacities[i] as number)), capacities };
    const options = { lambda: 1e-9, starts: 4, maxIterations: 400 };
    const law = fitPowerLaw({ ...rows, targetCapacity: 1e7 }, seeded(1), options);
    for (let i = 0; i < 60; i++) {
      expect(evaluatePowerLaw(law, mixture(i), capacities[i])).toBeCloseTo(rows.values[i] as number, 2);
      expect(Math.abs(evaluatePowerLaw(law, mixture(i)) - at(mixture(i), 1e7))).toBeLessThan(0.03);
    }
  });

  it("counts repeats for less, as it was told where they begin", () => {
    const onset = Float64Array.of(0.05, 1, 0.1, 1, 0.02);
    const repeated: PowerLaw = { ...truth, onset };
    const { weights, values } = sample(repeated, 80, 0);
    const rows = { weights, values, onset };
    const options = { lambda: 1e-9, starts: 4, maxIterations: 400 };
    const errorOf = (law: PowerLaw) =>
      values.reduce((sum, value, i) => {
        return sum + Math.abs(evaluatePowerLaw(law, weights.data.subarray(5 * i, 5 * i + 5)) - value);
      }, 0) / 80;
    expect(errorOf(fitPowerLaw(rows, seeded(1), options))).toBeLessThan(1e-3);
    const w = Float64Array.of(0.1, 0.2, 0.3, 0.25, 0.15);
    powerLawGradient(repeated, w).forEach((g, j) => {
      const [up, down] = [w.slice(), w.slice()];
      up[j] = (up[j] as number) + 1e-6;
      down[j] = (down[j] as number) - 1e-6;
      expect(g).toBeCloseTo((evaluatePowerLaw(repeated, up) - evaluatePowerLaw(repeated, down)) / 2e-6, 6);
    });
  });

  it("refuses constant values", () => {
    const { weights } = sample(truth, 10, 0);
    expect(() => fitPowerLaw({ weights, values: new Float64Array(10).fill(2) }, seeded(1))).toThrow(
      "all values are equal",
    );
  });

  it("ranks RegMix's unseen mixtures better than 0.97 after 64 runs, and is the same for the same seed", () => {
    const [train, test] = [regmixTable("train", "pile_cc"), regmixTable("test", "pile_cc")];
    const m = train.weights.cols;
    const fit = () =>
      fitPowerLaw(
        {
          weights: { rows: 64, cols: m, data: train.weights.data.slice(0, 64 * m) },
          values: train.values.slice(0, 64),
        },
        seeded(7),
      );
    const law = fit();
    expect(fit()).toEqual(law);
    const predicted = test.values.map((_, i) => evaluatePowerLaw(law, test.weights.data.subarray(m * i, m * i + m)));
    expect(spearman(predicted, test.values)).toBeGreaterThan(0.97);
  });
});
