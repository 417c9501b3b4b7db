import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { calibrate, crossCoverage, epistemic, halfWidth } from "./conformal.js";
import { makeFolds } from "./folds.js";

describe("conformal intervals", () => {
  const random = seeded("conformal");
  const n = 200;
  const spread = Float64Array.from({ length: n }, () => 0.05 + random.float());
  const actual = Float64Array.from({ length: n }, () => random.normal());
  // Residuals grow with the disagreement of the models, as they should.
  const outOfFold = actual.map((value, i) => value + 0.5 * (spread[i] as number) * random.normal());

  it("cover nine of ten new values, also where models disagree more", () => {
    const calibration = calibrate(actual, outOfFold, spread, 0);
    const inside = (at: number) => {
      let count = 0;
      for (let i = 0; i < 2000; i++) if (Math.abs(0.5 * at * random.normal()) <= halfWidth(calibration, at)) count++;
      return count / 2000;
    };
    expect((inside(0.2) + inside(0.5) + inside(0.9)) / 3).toBeGreaterThan(0.87);
    expect(crossCoverage(actual, outOfFold, spread, 0, makeFolds(n, random))).toBeCloseTo(0.9, 1);
  });

  it("are never narrower than the noise of one run allows", () => {
    const calibration = calibrate(actual, actual, new Float64Array(n), 0.3);
    expect(halfWidth(calibration, 0)).toBeCloseTo(1.6449 * 0.3, 9);
    expect(epistemic(calibration, 0.1)).toBeCloseTo(0.1, 9);
  });

  it("use Student's t where there are too few rows for a ninth decile", () => {
    const two = calibrate(Float64Array.of(1, 2), Float64Array.of(2, 1), Float64Array.of(0, 0), 0);
    expect(two.quantile).toBeCloseTo(6.314, 3);
  });
});
