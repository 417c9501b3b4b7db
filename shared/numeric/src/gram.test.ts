import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gram } from "./gram.js";
import { multiply, transpose } from "./matrix.js";
import { seeded } from "./random.js";

describe("the Gram matrix", () => {
  it("is the product of the transposed matrix with the matrix", () => {
    const size = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(size, size, fc.integer(), (rows, cols, seed) => {
        const random = seeded(seed);
        const a = { rows, cols, data: Float64Array.from({ length: rows * cols }, () => random.normal()) };
        const found = gram(a);
        const expected = multiply(transpose(a), a);
        expect([found.rows, found.cols]).toEqual([cols, cols]);
        found.data.forEach((value, i) => {
          expect(Math.abs(value - (expected.data[i] as number))).toBeLessThan(1e-12);
          expect(value).toBe(found.data[(i % cols) * cols + Math.floor(i / cols)]);
        });
      }),
    );
  });
});
