import { fromRows, seeded, zeros } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { fitPredictor, predictBatch } from "./ensemble.js";
import { noFeatures } from "./features/source.js";
import { distinctRows, type ResultRow } from "./rows.js";
import { transferError } from "./transfer.js";
import { warnings } from "./trust.js";

const random = seeded("transfer");
const mixtures = Array.from({ length: 40 }, () => Array.from(random.dirichlet(new Float64Array(4).fill(1))));
/** A loss whose floor falls with the size, not on a line over its logarithm. */
const loss = (mixture: number[], size: number) =>
  2 * (size / 1e6) ** -0.15 + 0.5 + 0.4 * ((mixture[0] as number) + 0.1) ** -0.3;
const rows = (size: number, count: number): ResultRow[] =>
  mixtures.slice(0, count).map((mixture, i) => ({
    id: `${size}-${i}`,
    mixture,
    values: [loss(mixture, size)],
    capacity: size,
  }));

const fitted = (sizes: number[], targetCapacity: number) =>
  fitPredictor({
    domains: ["a", "b", "c", "d"],
    targets: [{ name: "t", weight: 1, features: noFeatures }],
    rows: distinctRows(
      sizes.flatMap((size) => rows(size, 24)),
      4,
      1,
    ),
    models: ["power-law", "mean"],
    targetCapacity,
    seed: 1,
  });

describe("intervals for another size of model", () => {
  it("cover what a size that was not measured reaches, and say how much wider they are", () => {
    const predictor = fitted([1e6, 6e7], 1e9);
    const { targets } = predictBatch(predictor, [noFeatures], fromRows(mixtures));
    const inside = mixtures.filter((mixture, i) => {
      const { lower = 0, upper = 0 } = targets[0]?.[i] ?? {};
      const actual = loss(mixture, 1e9);
      return lower <= actual && actual <= upper;
    });
    expect(inside.length / mixtures.length).toBeGreaterThan(0.9);
    const told = warnings(predictor, 48, [true, true, true, true], [true], { target: 1e9, measured: [1e6, 6e7] });
    expect(told.join()).toMatch(/from proxies of 1M, 60M parameters to a model of 1B: the intervals are ±[\d.]+ wider/);
  });

  it("widen with the distance to the nearest size that was measured, and not at one that was", () => {
    const table = (targetCapacity: number) => {
      const all = [...rows(1e6, 24), ...rows(1e7, 24), ...rows(6e7, 24)];
      return {
        weights: fromRows(all.map(({ mixture }) => Array.from(mixture))),
        features: zeros(all.length, 0),
        values: Float64Array.from(all, ({ values }) => values[0] as number),
        capacities: Float64Array.from(all, ({ capacity = 0 }) => capacity),
        targetCapacity,
      };
    };
    const at = (size: number) => transferError(table(size), seeded(1));
    expect(at(6e7)).toBe(0);
    expect(at(6e8)).toBeGreaterThan(0);
    expect(at(6e9)).toBeCloseTo(2 * at(6e8), 9);
  });

  it("are said to hold for the proxies alone where one size tells nothing of another", () => {
    const predictor = fitted([1e6], 1e9);
    const told = warnings(predictor, 24, [true, true, true, true], [true], { target: 1e9, measured: [1e6] });
    expect(told.join()).toContain("without having measured how the loss changes with the size");
  });
});
