import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationWindows } from "./windows.js";

describe("evaluation windows", () => {
  it("are half a context apart, and a short sequence is one window", () => {
    expect(evaluationWindows(6, 1, 8)).toEqual([{ start: 0, length: 5, firstScored: 1 }]);
    expect(evaluationWindows(17, 1, 8)).toEqual([
      { start: 0, length: 8, firstScored: 1 },
      { start: 5, length: 8, firstScored: 9 },
      { start: 10, length: 6, firstScored: 14 },
    ]);
  });

  it("score every wanted position once, from at least half a context where there is so much", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.nat(),
        fc.integer({ min: 2, max: 64 }),
        (length, first, context) => {
          const scoredStart = 1 + (first % (length - 1));
          let next = scoredStart;
          for (const { start, length: inputs, firstScored } of evaluationWindows(length, scoredStart, context)) {
            expect(firstScored).toBe(next);
            expect(inputs).toBeLessThanOrEqual(context);
            expect(start).toBeGreaterThanOrEqual(0);
            // Position t is predicted at input t − 1 of the window, with t − start tokens before it.
            expect(firstScored - start).toBeGreaterThanOrEqual(Math.min(firstScored, context >> 1));
            expect(start + inputs).toBeLessThan(length);
            next = start + inputs + 1;
          }
          expect(next).toBe(length);
        },
      ),
    );
  });
});
