import { describe, expect, it } from "vitest";
import { createDuplicateFinder, createKeyList, KEY_BYTES } from "./id-keys.js";

function keysOf(ids: readonly string[]): Uint8Array {
  const list = createKeyList();
  for (const id of ids) list.add(id);
  return list.bytes();
}

describe("keys of ids", () => {
  it("tell which were there in earlier lists, however long those are", () => {
    const many = Array.from({ length: 5000 }, (_, i) => `id-${i}`);
    const finder = createDuplicateFinder();
    expect(keysOf(many)).toHaveLength(5000 * KEY_BYTES);
    expect(finder.next(keysOf(many))).toEqual([]);
    expect(finder.next(keysOf([]))).toEqual([]);
    expect(finder.next(keysOf(["new", "id-7", "other", "id-4999"]))).toEqual([1, 3]);
    expect(finder.next(keysOf(["other"]))).toEqual([0]);
  });
});
