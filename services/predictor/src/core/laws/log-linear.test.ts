import { type Matrix, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { regmixTable } from "../../fixtures/regmix.js";
import { evaluateLaw, fitLogLinear, type LogLinearLaw, lawGradient } from "./log-linear.js";

const truth: LogLinearLaw = { c: 1.5, k: 0.4, t: Float64Array.of(-2, 0.5, -0.3, 1, 0) };

function sample(law: LogLinearLaw, rows: number, noise: number): { weights: Matrix; values: Float64Array } {
  const random = seeded("law");
  const cols = law.t.length;
  const data = new Float64Array(rows * cols);
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const w = random.dirichlet(new Float64Array(cols).fill(0.7));
    data.set(w, i * cols);
    values[i] = evaluateLaw(law, w) + noise * random.normal();
  }
  return { weights: { rows, cols, data }, values };
}

describe("the log-linear law", () => {
  it("has the gradient that finite differences find", () => {
    const w = Float64Array.of(0.1, 0.2, 0.3, 0.25, 0.15);
    lawGradient(truth, w).forEach((g, j) => {
      const [up, down] = [w.slice(), w.slice()];
      up[j] = (up[j] as number) + 1e-6;
      down[j] = (down[j] as number) - 1e-6;
      expect(g).toBeCloseTo((evaluateLaw(truth, up) - evaluateLaw(truth, down)) / 2e-6, 6);
    });
  });

  it("is found again from its own values", () => {
    const { weights, values } = sample(truth, 60, 0);
    const law = fitLogLinear(weights, values, seeded(1), { lambda: 1e-9, starts: 4, maxIterations: 200 });
    for (let i = 0; i < 60; i++)
      expect(evaluateLaw(law, weights.data.subarray(5 * i, 5 * i + 5))).toBeCloseTo(values[i] as number, 3);
    expect(law.c).toBeCloseTo(truth.c, 1);
  });

  it("keeps c between zero and the least value", () => {
    const { weights, values } = sample({ ...truth, c: 0.05 }, 40, 0.05);
    const law = fitLogLinear(weights, values, seeded(1));
    expect(law.c).toBeGreaterThanOrEqual(0);
    expect(law.c).toBeLessThan(Math.min(...values));
  });

  it("stays finite far outside the runs", () => {
    const { weights, values } = sample(truth, 20, 0.3);
    const law = fitLogLinear(weights, values, seeded(1));
    for (let j = 0; j < 5; j++) {
      const corner = new Float64Array(5);
      corner[j] = 1000;
      expect(Number.isFinite(evaluateLaw(law, corner))).toBe(true);
    }
  });

  it("refuses constant values", () => {
    const { weights } = sample(truth, 10, 0);
    expect(() => fitLogLinear(weights, new Float64Array(10).fill(2), seeded(1))).toThrow("all values are equal");
  });

  it("gives the same law for the same seed", () => {
    const table = regmixTable("train", "arxiv");
    const fit = () => fitLogLinear(table.weights, table.values, seeded(7));
    expect(fit()).toEqual(fit());
  });
});
