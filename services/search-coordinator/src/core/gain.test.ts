import { expect, it } from "vitest";
import { gainSoFar, type MeasuredRun } from "./gain.js";

const [PROPORTIONAL, OTHER] = [
  [0.5, 0.5],
  [0.2, 0.8],
];
const run = (
  role: MeasuredRun["role"],
  origin: string,
  mixture: number[] | undefined,
  seed: number,
  objective: number,
) => ({
  role,
  origin,
  mixture: mixture as number[],
  seed,
  objective,
});
const baseline = run("baseline", "proportional", PROPORTIONAL, 1, 2);
const best = run("explore", "a mixture", OTHER, 1, 1.9);

it("is the difference of two single runs with the interval that the pooled spread between seeds gives it", () => {
  const runs = [
    baseline,
    run("replicate", "proportional", PROPORTIONAL, 2, 2.02),
    run("replicate", "proportional", PROPORTIONAL, 3, 2.04),
    best,
    run("replicate", "a mixture", OTHER, 2, 1.93),
    run("explore", "worse", [0.9, 0.1], 1, 3),
    // A fresh seed cannot be compared with the exploring one, however good it is.
    run("confirm", "a mixture", OTHER, 3, 1.84),
  ];
  // Squares within the mixtures: 0.0008 of three seeds, 0.0042 of three; 4 degrees of freedom, t(0.95) = 2.131847 (tables).
  const half = 2.131847 * Math.sqrt(0.005 / 4) * Math.SQRT2;
  expect(gainSoFar(runs)).toEqual({
    mean: expect.closeTo(0.1, 12),
    lower: expect.closeTo(0.1 - half, 5),
    upper: expect.closeTo(0.1 + half, 5),
    runs: 1,
  });
});

it("has no bounds before a mixture was trained with two seeds, and is none before the proportional one was trained", () => {
  expect(gainSoFar([baseline, best])).toEqual({
    mean: expect.closeTo(0.1, 12),
    lower: Number.NaN,
    upper: Number.NaN,
    runs: 1,
  });
  expect(gainSoFar([best])).toBeUndefined();
  expect(gainSoFar([baseline, run("explore", "worse", OTHER, 1, 3)])).toEqual({ mean: 0, lower: 0, upper: 0, runs: 1 });
});
