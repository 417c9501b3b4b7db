import fc from "fast-check";
import { expect, it } from "vitest";
import { branches } from "./tree.js";

// ((0 2) 1) (3 4): merge 0 makes node 5, merge 1 node 6, merge 2 node 7, merge 3 the root.
const merges = [
  { left: 0, right: 2 },
  { left: 3, right: 4 },
  { left: 5, right: 1 },
  { left: 7, right: 6 },
];

it("has the branches of a tree that was drawn by hand", () => {
  expect(branches(merges, 5, 5)).toEqual([[0], [1], [2], [3], [4]]);
  expect(branches(merges, 5, 3)).toEqual([[0, 2], [3, 4], [1]]);
  expect(branches(merges, 5, 2)).toEqual([
    [0, 1, 2],
    [3, 4],
  ]);
  expect(branches(merges, 5, 1)).toEqual([[0, 1, 2, 3, 4]]);
});

it("cuts any tree into as many branches as are wanted, each leaf in one", () => {
  const tree = fc.integer({ min: 1, max: 40 }).chain((leaves) =>
    fc.array(fc.nat(), { minLength: 2 * leaves, maxLength: 2 * leaves }).map((draws) => {
      const open = Array.from({ length: leaves }, (_, i) => i);
      const take = (i: number) => open.splice((draws[i] as number) % open.length, 1)[0] as number;
      return Array.from({ length: leaves - 1 }, (_, i) => {
        const merge = { left: take(2 * i), right: take(2 * i + 1) };
        open.push(leaves + i);
        return merge;
      });
    }),
  );
  fc.assert(
    fc.property(tree, fc.nat(), (any, draw) => {
      const leaves = any.length + 1;
      const wanted = 1 + (draw % leaves);
      const found = branches(any, leaves, wanted);
      expect(found).toHaveLength(wanted);
      expect(found.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: leaves }, (_, i) => i));
    }),
  );
});
