import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEvaluator } from "../evaluation/evaluator.js";
import type { ModelShape } from "../model/shape.js";
import type { EncodedTarget } from "../targets/items.js";
import { initialState } from "../training/state.js";
import { createTargetAlignment } from "./target-alignment.js";
import { createTargetWindows } from "./target-windows.js";

const CONTEXT = 4;
const shape: ModelShape = { vocabulary: 16, width: 8, layers: 1, heads: 1, context: CONTEXT, tied: false };

/** Windows of five tokens each, as inputs and what follows them, position after position. */
const WINDOWS = [
  [1, 2, 3, 4, 5],
  [9, 2, 9, 2, 9],
];
function fill(batch: { tokens: Int32Array; targets: Int32Array }, windows: readonly number[][]) {
  for (const [row, window] of windows.entries())
    for (let t = 0; t < CONTEXT; t++) {
      batch.tokens[t * windows.length + row] = window[t] as number;
      batch.targets[t * windows.length + row] = window[t + 1] as number;
    }
}

describe("the alignment with targets", () => {
  it.each([false, true])("is what finite differences of the losses along the head say (tied: %s)", async (tied) => {
    const { parameters } = initialState({ ...shape, tied }, 1);
    // Large enough weights that windows differ.
    for (const values of parameters.values())
      for (let i = 0; i < values.length; i++) values[i] = 20 * (values[i] as number);
    const alignment = await createTargetAlignment({
      shape: { ...shape, tied },
      windows: 2,
      targetWindows: 1,
      parameters,
    });
    const [first = [], second = []] = WINDOWS;
    fill(alignment.batch, [first, second]);
    fill(alignment.target, [first]);
    const [own, other] = await alignment.measure();
    await alignment.close();
    expect(own).toBeCloseTo(1, 4);

    // The head alone is moved, also where it is the embedding too.
    const head = (parameters.get(tied ? "embedding" : "head") as Float32Array).slice();
    const evaluator = await createEvaluator({ shape, batch: 2, weights: new Map([...parameters, ["head", head]]) });
    const lossesAt = async (i: number, value: number) => {
      head[i] = value;
      const ranges = [{ from: 1, to: CONTEXT + 1 }];
      const sums = await evaluator.score(
        [first, second].map((window) => ({ tokens: Uint32Array.from(window), ranges })),
      );
      return sums.map(([nats]) => (nats as number) / CONTEXT);
    };
    const EPSILON = 1e-2;
    let [dot, squared] = [0, 0];
    for (const [i, value] of [...head].entries()) {
      const [above, below] = [await lossesAt(i, value + EPSILON), await lossesAt(i, value - EPSILON)];
      await lossesAt(i, value);
      const [t = 0, g = 0] = above.map((loss, window) => (loss - (below[window] as number)) / (2 * EPSILON));
      dot += g * t;
      squared += t * t;
    }
    await evaluator.close();
    expect(other).toBeCloseTo(dot / squared, 3);
    expect(Math.abs(other as number)).toBeGreaterThan(1e-3);
  });
});

describe("the windows of targets", () => {
  const target = (name: string, sequences: number[][], scoredBytes: number): EncodedTarget => ({
    name,
    kind: "text",
    scoredBytes,
    items: sequences.map((tokens) => ({
      sequences: [Uint32Array.from(tokens)],
      gold: 0,
      answerStart: 1,
      scoredStart: 1,
      scoredBytes: scoredBytes / sequences.length,
      answerBytes: [scoredBytes / sequences.length],
    })),
  });

  it("are as many of each as its weight times its tokens a byte says, and hold the items one after another", () => {
    const long = target("long", [Array.from({ length: 101 }, (_, i) => i)], 200);
    const short = target("short", [[7, 8]], 1);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.integer({ min: 0, max: 500 }), (weight, update) => {
        const windows = createTargetWindows(
          [
            { target: long, weight },
            { target: short, weight: 1 },
          ],
          { windows: 20, context: CONTEXT, seed: 1 },
        );
        const drawn = windows.draw(update);
        const share = (0.5 * weight) / (0.5 * weight + 1);
        expect(Math.abs(drawn.filter(({ domain }) => domain === 0).length - 20 * share)).toBeLessThan(1);
        for (const { domain, start } of drawn) {
          const tokens = [...windows.read(domain, start, CONTEXT + 1)];
          const expected = Array.from({ length: CONTEXT + 1 }, (_, t) =>
            domain === 0 ? start + t : 7 + ((start + t) % 2),
          );
          expect(tokens).toEqual(expected);
        }
        expect(windows.draw(update)).toEqual(drawn);
      }),
      { numRuns: 40 },
    );
  });
});
