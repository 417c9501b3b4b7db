import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { powerColumns } from "./power-columns.js";
import { fastExp2, fastLog2 } from "./powers.js";
import { seeded } from "./random.js";

describe("sums of powers over columns", () => {
  it("are to the bit those of fastLog2 and fastExp2, whatever was summed before", () => {
    const size = fc.integer({ min: 0, max: 11 });
    const scale = fc.constantFrom(0.1, 3, 40, 2000);
    fc.assert(
      fc.property(size, size, scale, fc.integer(), (rows, cols, spread, seed) => {
        const random = seeded(seed);
        const draw = (length: number) => Float64Array.from({ length }, () => spread * random.normal());
        const matrix = () => ({ rows, cols, data: draw(rows * cols).map((x) => (x < -0.05 ? 0 : 2 ** (x % 900))) });
        const [one, other] = [matrix(), matrix()];
        const shifts = draw(cols);
        const expected = ({ data }: typeof one) =>
          Float64Array.from({ length: rows }, (_, r) =>
            shifts.reduce((sum, shift, j) => {
              const x = data[r * cols + j] as number;
              return sum + (x > 0 ? fastExp2(0.7 * fastLog2(x) + shift) : fastExp2(-7e5));
            }, 0.25),
          );
        const [first, second] = [powerColumns(one), powerColumns(other)];
        expect(first.sums(0.7, shifts, 0.25)).toEqual(expected(one));
        expect(second.sums(0.7, shifts, 0.25)).toEqual(expected(other));
        expect(first.sums(0.7, shifts, 0.25)).toEqual(expected(one));
      }),
      { numRuns: 200 },
    );
  });
});
