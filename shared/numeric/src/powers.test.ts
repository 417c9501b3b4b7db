import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fastExp2, fastLog2 } from "./powers.js";

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("fast powers and logarithms", () => {
  it("agree with those of the machine to within 1e-15", () => {
    fc.assert(
      fc.property(finite(-900, 900), (x) => {
        expect(Math.abs(fastExp2(x) / 2 ** x - 1)).toBeLessThan(1e-15);
        const value = 2 ** x;
        expect(Math.abs(fastLog2(value) - Math.log2(value))).toBeLessThan(1e-15 * Math.max(1, Math.abs(x)));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(finite(0.5, 2), (x) => {
        expect(Math.abs(fastLog2(x) - Math.log2(x))).toBeLessThan(1e-15);
      }),
      { numRuns: 2000 },
    );
  });

  it("are exact at powers of two, and stay finite beyond their range", () => {
    for (const exponent of [-1000, -63, -1, 0, 1, 52, 1000]) {
      expect(fastExp2(exponent)).toBe(2 ** exponent);
      expect(fastLog2(2 ** exponent)).toBeCloseTo(exponent, 12);
    }
    expect(fastExp2(-1e9)).toBe(2 ** -1000);
    expect(fastExp2(1e9)).toBe(2 ** 1000);
  });
});
