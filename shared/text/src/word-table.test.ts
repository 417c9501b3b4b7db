import { describe, expect, it } from "vitest";
import { createWordTable, EMPTY_HASH } from "./word-table.js";

const unitsOf = (word: string) => Uint16Array.from(word, (unit) => unit.charCodeAt(0));

describe("the table of words", () => {
  it("tells words apart whose hashes are equal", () => {
    const table = createWordTable((word) => word.length);
    const words = ["one", "two", "three", "one", "thre"];
    expect(words.map((word) => table.numberOf(unitsOf(word), 0, word.length, EMPTY_HASH))).toEqual([0, 1, 2, 0, 3]);
    expect(table.factOf(2)).toBe(5);
  });

  it("keeps the numbers of many words while it grows, and forgets all beyond its bound", () => {
    const table = createWordTable((word) => Number(word.slice(1)), 50_000);
    const numberOf = (n: number) => table.numberOf(unitsOf(`w${n}`), 0, `w${n}`.length, n % 977);
    for (let n = 0; n < 60_000; n++) numberOf(n);
    for (const n of [0, 1, 977, 31_337, 59_999]) expect([numberOf(n), table.factOf(n)]).toEqual([n, n]);
    table.trim();
    expect(table.size()).toBe(0);
    expect(numberOf(7)).toBe(0);
    expect(table.factOf(0)).toBe(7);
  });
});
