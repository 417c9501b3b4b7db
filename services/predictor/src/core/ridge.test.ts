import { fromRows, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { fitRidge, predictRidge } from "./ridge.js";
import type { Table } from "./types.js";

function sample(rows: number, noise: number): Table {
  const random = seeded("ridge");
  const mixtures = Array.from({ length: rows }, () => random.dirichlet([1, 1, 1, 1]));
  const feature = mixtures.map((w) => Math.log(0.1 + (w[0] as number)));
  return {
    weights: fromRows(mixtures),
    features: fromRows(feature.map((value) => [value])),
    values: Float64Array.from(
      mixtures,
      (w, i) => 3 - 0.8 * Math.sqrt(w[1] as number) + 0.5 * (feature[i] as number) + noise * random.normal(),
    ),
  };
}

describe("ridge on square roots of the weights", () => {
  it("finds a function of its own form", () => {
    const table = sample(60, 0);
    const predicted = predictRidge(fitRidge(table, true), table);
    predicted.forEach((value, i) => {
      expect(value).toBeCloseTo(table.values[i] as number, 2);
    });
  });

  it("needs few rows when a feature explains most", () => {
    const few = sample(8, 0.02);
    const many = sample(200, 0);
    const error = (useFeatures: boolean) =>
      predictRidge(fitRidge(few, useFeatures), many).reduce(
        (sum, value, i) => sum + (value - (many.values[i] as number)) ** 2,
        0,
      );
    expect(error(true)).toBeLessThan(error(false) / 2);
  });

  it("gives a domain that no run has sampled no effect", () => {
    const table = sample(20, 0.1);
    for (let i = 0; i < 20; i++) table.weights.data[4 * i + 2] = 0;
    expect(fitRidge(table, false).rootWeights[2]).toBe(0);
  });
});
