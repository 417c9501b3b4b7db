import fc from "fast-check";
import { expect, it } from "vitest";
import { fromHalf, fromHalves, toHalf, toHalves } from "./half.js";

const all = Array.from({ length: 65536 }, (_, half) => half);

it("every 16-bit float survives the way there and back", () => {
  for (const half of all) {
    const value = fromHalf(half);
    if (Number.isNaN(value)) expect(fromHalf(toHalf(value))).toBeNaN();
    else expect(toHalf(value), `${value}`).toBe(half);
  }
});

it("a number becomes the nearest 16-bit float, the even one of two", () => {
  const finite = all.filter((half) => half < 0x7c00);
  // Between two neighbours, and just to either side of the middle.
  for (const half of finite.slice(0, -1)) {
    const [low, high] = [fromHalf(half), fromHalf(half + 1)];
    const middle = Math.fround((low + high) / 2);
    expect(toHalf(middle)).toBe(half % 2 === 0 ? half : half + 1);
    expect(toHalf(-middle)).toBe(0x8000 | (half % 2 === 0 ? half : half + 1));
  }
  fc.assert(
    fc.property(fc.float({ min: -60000, max: 60000, noNaN: true }), (value) => {
      const error = Math.abs(fromHalf(toHalf(value)) - value);
      expect(error).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
    }),
  );
  expect([65519, 65520, 1e9, -1e9].map(toHalf)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
});

it("16-bit floats are read and written as IEEE 754 says", () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0x7c00, 0x8000);
  const values = [1, -2, 2 ** -24, 65504, 0.333251953125, Number.POSITIVE_INFINITY, -0];
  expect([...fromHalves(bits)]).toEqual(values);
  expect(toHalves(Float32Array.from(values))).toEqual(bits);
});
