import fc from "fast-check";
import { expect, it } from "vitest";
import { linear } from "./scale.js";

it("puts every value inside its pixels, in order, with a few even ticks that are written apart", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
      const scale = linear(values, [10, 110]);
      const sorted = [...values].sort((a, b) => a - b);
      const places = sorted.map(scale.at);
      for (const [i, place] of places.entries()) {
        expect(place).toBeGreaterThanOrEqual(10 - 1e-6);
        expect(place).toBeLessThanOrEqual(110 + 1e-6);
        if (i > 0) expect(place).toBeGreaterThanOrEqual((places[i - 1] as number) - 1e-9);
      }
      expect(scale.ticks.length).toBeGreaterThan(0);
      expect(scale.ticks.length).toBeLessThan(9);
      expect(new Set(scale.ticks.map(scale.write)).size).toBe(scale.ticks.length);
    }),
  );
});

it("begins at zero where it is asked to, and makes something of one value, or of none", () => {
  const scale = linear([3, 12], [0, 100], { zero: true });
  expect(scale.at(0)).toBe(0);
  expect(scale.ticks[0]).toBe(0);
  expect(linear([0.000105], [0, 100]).ticks.length).toBeGreaterThan(0);
  expect(linear([null, undefined, Number.NaN], [0, 100]).ticks.length).toBeGreaterThan(0);
});
