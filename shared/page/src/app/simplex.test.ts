import fc from "fast-check";
import { expect, it } from "vitest";
import { moved, read, written } from "./simplex.js";

const mixture = fc
  .array(fc.nat(1000), { minLength: 1, maxLength: 20 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    return parts.map((part) => part / sum);
  });
const sumOf = (weights: readonly number[]) => weights.reduce((a, b) => a + b, 0);

it("a moved weight has its value, all stay at least 0 and sum to 1, and the others keep their ratios", () => {
  fc.assert(
    fc.property(mixture, fc.nat(), fc.double({ min: 0, max: 0.99, noNaN: true }), (weights, at, value) => {
      const index = at % weights.length;
      const next = moved(weights, index, value);
      expect(sumOf(next)).toBeCloseTo(1, 9);
      expect(Math.min(...next)).toBeGreaterThanOrEqual(0);
      if (weights.length > 1) expect(next[index]).toBeCloseTo(value, 12);
      const rest = 1 - (weights[index] as number);
      if (rest < 1e-6) return;
      const factor = (1 - (next[index] as number)) / rest;
      for (const [j, weight] of weights.entries()) if (j !== index) expect(next[j]).toBeCloseTo(weight * factor, 9);
    }),
  );
});

it("takes weight that nobody else has from all others alike", () => {
  expect(moved([1, 0, 0], 0, 0.5)).toEqual([0.5, 0.25, 0.25]);
});

it("reads back what it has written, to four places", () => {
  const ids = Array.from({ length: 20 }, (_, j) => `d${j}`);
  fc.assert(
    fc.property(mixture, (weights) => {
      const own = ids.slice(0, weights.length);
      const again = read(written(weights, own), own) as number[];
      for (const [j, weight] of weights.entries()) expect(Math.abs((again[j] as number) - weight)).toBeLessThan(2e-3);
      expect(sumOf(again)).toBeCloseTo(1, 9);
    }),
  );
});

it("takes nothing from an address that names no weight", () => {
  for (const text of ["", "d0", "d0:x", "d0:-1", "other:1", "d0:NaN", "d0:0"])
    expect(read(text, ["d0", "d1"])).toBeUndefined();
});
