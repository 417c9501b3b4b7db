import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stackingWeights } from "./stacking.js";

// SciPy's SLSQP on the same problem; fixtures/scikit-learn.json holds the script under "script".
const { stacking } = JSON.parse(readFileSync(new URL("../../fixtures/scikit-learn.json", import.meta.url), "utf8")) as {
  stacking: { actual: number[]; predictions: number[][]; weights: number[] };
};

describe("stacking weights", () => {
  it("are those of SciPy's constrained minimiser", () => {
    const weights = stackingWeights(
      stacking.predictions.map((p) => Float64Array.from(p)),
      Float64Array.from(stacking.actual),
    );
    stacking.weights.forEach((expected, i) => {
      expect(weights[i]).toBeCloseTo(expected, 2);
    });
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it("are equal for models that agree", () => {
    const same = Float64Array.of(1, 2, 3);
    const weights = stackingWeights([same, same], Float64Array.of(1.1, 2.1, 2.9));
    expect(weights[0]).toBeCloseTo(0.5, 9);
  });
});
