import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { powerColumns } from "./power-columns.js";
import { fastExp2 } from "./powers.js";
import { seeded } from "./random.js";

describe("sums of powers over columns", () => {
  it("are to the bit those of fastExp2, whatever was summed before", () => {
    const size = fc.integer({ min: 0, max: 11 });
    const scale = fc.constantFrom(0.1, 3, 40, 2000);
    fc.assert(
      fc.property(size, size, scale, fc.integer(), (rows, count, spread, seed) => {
        const random = seeded(seed);
        const draw = (length: number) => Float64Array.from({ length }, () => spread * random.normal());
        const [columns, others] = [draw(rows * count), draw(rows * count)];
        const shifts = draw(count);
        const expected = (values: Float64Array) =>
          Float64Array.from({ length: rows }, (_, r) =>
            shifts.reduce((sum, shift, j) => sum + fastExp2(0.7 * (values[j * rows + r] as number) + shift), 0.25),
          );
        const [first, second] = [powerColumns(columns, rows), powerColumns(others, rows)];
        expect(first.sums(0.7, shifts, 0.25)).toEqual(expected(columns));
        expect(second.sums(0.7, shifts, 0.25)).toEqual(expected(others));
        expect(first.sums(0.7, shifts, 0.25)).toEqual(expected(columns));
      }),
      { numRuns: 300 },
    );
  });
});
