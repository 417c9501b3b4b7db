import { readFileSync } from "node:fs";
import { fromRows, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { regmixTable } from "../fixtures/regmix.js";
import { fitRidge, predictRidge } from "./ridge.js";
import { selectRows, type Table } from "./types.js";

// fixtures/scikit-learn.json holds the Python script that made it under "script".
const reference = JSON.parse(readFileSync(new URL("../../fixtures/scikit-learn.json", import.meta.url), "utf8")) as {
  ridge: { rows: number; target: string; predictions: number[] }[];
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

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
  for (const { rows, target, predictions } of reference.ridge) {
    it(`chooses and predicts what scikit-learn's RidgeCV does on ${rows} runs of ${target}`, () => {
      const table = regmixTable("train", target);
      const found = predictRidge(fitRidge(selectRows(table, range(0, rows)), 0), selectRows(table, range(400, 410)));
      predictions.forEach((expected, i) => {
        expect(found[i]).toBeCloseTo(expected, 6);
      });
    });
  }

  it("finds a function of its own form", () => {
    const table = sample(60, 0);
    const predicted = predictRidge(fitRidge(table, 1), table);
    predicted.forEach((value, i) => {
      expect(value).toBeCloseTo(table.values[i] as number, 2);
    });
  });

  it("needs few rows when a feature explains most", () => {
    const few = sample(8, 0.02);
    const many = sample(200, 0);
    const error = (used: number) =>
      predictRidge(fitRidge(few, used), many).reduce(
        (sum, value, i) => sum + (value - (many.values[i] as number)) ** 2,
        0,
      );
    expect(error(1)).toBeLessThan(error(0) / 2);
  });

  it("gives a domain that no run has sampled no effect", () => {
    const table = sample(20, 0.1);
    for (let i = 0; i < 20; i++) table.weights.data[4 * i + 2] = 0;
    expect(fitRidge(table, 0).rootWeights[2]).toBe(0);
  });
});
