import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paddingWaste, planBatches } from "./batches.js";

describe("batches by token count", () => {
  it("hold every text once, in the order of their lengths, and no more tokens than allowed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), fc.integer({ min: 1, max: 100 }), (lengths, most) => {
        const batches = planBatches(lengths, most);
        const order = batches.flatMap(({ members }) => [...members]);
        expect([...order].sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        const sorted = order.map((i) => lengths[i] as number);
        expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
        for (const { members, width } of batches) {
          expect(width).toBe(Math.max(...Array.from(members, (i) => lengths[i] as number)));
          if (members.length > 1) expect(members.length * width).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it("waste the padding that their widths say", () => {
    // Sorted 1 2 | 10: widths 2 and 10, 14 places for 13 tokens.
    expect(paddingWaste([10, 1, 2], planBatches([10, 1, 2], 10))).toBeCloseTo(1 / 14, 12);
    expect(paddingWaste([], [])).toBe(0);
  });
});
