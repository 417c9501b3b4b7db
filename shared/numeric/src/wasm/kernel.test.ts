import { describe, expect, it } from "vitest";
import { createKernel, doWhile, i8x16, i16x8, i32, i32x4, v128, wasmFunction } from "./index.js";

const bytesOf = (memory: ArrayBuffer, at: number) => Array.from(new Uint8Array(memory, at, 16));
const counting = Uint8Array.from({ length: 32 }, (_, i) => i);

describe("functions made of instructions", () => {
  it("work on their memory, which grows and keeps what it holds", () => {
    const add = wasmFunction("add", ["i32", "i32"], ([from, to]) => [
      v128.store(to.get, i32x4.add(v128.load(from.get), v128.load(from.get, 16))),
    ]);
    const kernel = createKernel([add]);
    new Int32Array(kernel.memory(0), 0, 8).set([1, 2, 3, -4, 10, 2 ** 30, 30, 3]);
    const far = 70_000 * 16;
    const memory = kernel.memory(far + 16);
    kernel.call.add(0, far);
    expect(Array.from(new Int32Array(memory, far, 4))).toEqual([11, 2 ** 30 + 2, 33, -1]);
  });

  it("have variables and repeat", () => {
    const fill = wasmFunction("fill", ["i32"], ([end], local) => {
      const at = local("i32");
      return [
        doWhile(
          [v128.store(at.get, i8x16.constant(200)), at.set(i32.add(at.get, i32.constant(16)))],
          i32.lessThan(at.get, end.get),
        ),
      ];
    });
    const kernel = createKernel([fill]);
    kernel.call.fill(32);
    expect(Array.from(new Uint8Array(kernel.memory(0), 0, 33))).toEqual([...new Array(32).fill(200), 0]);
  });

  it("look up, choose, shift and interleave", () => {
    const to = (place: number, value: readonly number[]) => v128.store(i32.constant(32 + 16 * place), value);
    const [a, b] = [v128.load(i32.constant(0)), v128.load(i32.constant(16))];
    const all = wasmFunction("all", [], () => [
      to(0, i8x16.interleaveLow(a, b)),
      to(1, i8x16.interleaveHigh(a, b)),
      to(2, i16x8.interleaveLow(a, b)),
      to(3, i16x8.interleaveHigh(a, b)),
      to(4, i8x16.lookUp(b, i8x16.constant(3))),
      to(5, v128.select(i8x16.constant(0xf0), i8x16.constant(0xab), i8x16.constant(0xcd))),
      to(6, i16x8.shiftRight(i16x8.shiftLeft(i8x16.constant(0xff), 4), 8)),
      to(7, v128.load64Pair(i32.constant(8), i32.constant(16))),
    ]);
    const kernel = createKernel([all]);
    new Uint8Array(kernel.memory(0)).set(counting);
    kernel.call.all();
    const found = Array.from({ length: 8 }, (_, place) => bytesOf(kernel.memory(0), 32 + 16 * place));
    const rest = counting.slice(8, 24);
    expect(found).toEqual([
      [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23],
      [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31],
      [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23],
      [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31],
      new Array(16).fill(19),
      new Array(16).fill(0xad),
      Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 0xff : 0)),
      Array.from(rest),
    ]);
  });

  it("are refused where they make no sense", () => {
    expect(() => createKernel([wasmFunction("wrong", [], () => [v128.load(i8x16.constant(0))])])).toThrow(/wrong|type/);
  });
});
