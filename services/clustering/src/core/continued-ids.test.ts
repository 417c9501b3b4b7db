import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { continuedIds } from "./continued-ids.js";

const rows = (...lists: number[][]) => lists.map((list) => Float64Array.from(list));

describe("ids that go on", () => {
  it("stay with most of the documents, whatever the order", () => {
    expect(continuedIds(rows([1, 9, 0], [8, 0, 1]), ["d00", "d01"])).toEqual(["d01", "d00", "d02"]);
  });

  it("are not kept by halves, and never used again for something else", () => {
    expect(continuedIds(rows([5, 5], [0, 0]), ["d07", "d03"])).toEqual(["d08", "d09"]);
  });

  it("go to the larger part when two earlier domains became one", () => {
    expect(continuedIds(rows([10, 0], [30, 0], [0, 4]), ["d00", "d01", "d02"])).toEqual(["d01", "d02"]);
  });

  it("are always different", () => {
    const overlap = fc
      .integer({ min: 1, max: 6 })
      .chain((columns) =>
        fc.array(fc.array(fc.nat(20), { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(overlap, (table) => {
        const ids = continuedIds(
          rows(...table),
          Array.from(table.keys(), (i) => `d${i}`),
        );
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
