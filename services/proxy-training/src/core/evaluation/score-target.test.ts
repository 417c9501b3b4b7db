import { describe, expect, it } from "vitest";
import type { EncodedItem, EncodedTarget } from "../targets/items.js";
import type { Evaluator } from "./evaluator.js";
import { scoreTarget } from "./score-target.js";

/** Gives each position its token's id in nats, so that every expectation can be summed by hand. */
const tokenIsLoss: Evaluator = {
  score: async (jobs) =>
    jobs.map(({ tokens, ranges }) =>
      Float64Array.from(ranges, ({ from, to }) =>
        [...tokens.subarray(from, to)].reduce((sum, token) => sum + token, 0),
      ),
    ),
  close: async () => {},
};

function item(fields: Partial<EncodedItem> & Pick<EncodedItem, "sequences">): EncodedItem {
  return {
    gold: 0,
    answerStart: 1,
    scoredStart: 1,
    scoredBytes: 10,
    answerBytes: fields.sequences.map(() => 5),
    ...fields,
  };
}

function target(kind: EncodedTarget["kind"], items: EncodedItem[]): EncodedTarget {
  return { name: "test", kind, items, scoredBytes: items.reduce((sum, { scoredBytes }) => sum + scoredBytes, 0) };
}

describe("the score of a target", () => {
  it("is bits over bytes of all items together, not the mean of their ratios", async () => {
    const items = [
      item({ sequences: [Uint16Array.of(0, 3, 4)], scoredBytes: 2 }),
      item({ sequences: [Uint16Array.of(0, 5)], scoredBytes: 6 }),
    ];
    const score = await scoreTarget(tokenIsLoss, target("text", items));
    expect(score.bitsPerByte).toBeCloseTo(12 / Math.LN2 / 8, 12);
    expect(score.items).toBe(2);
    expect(score.accuracy).toBeUndefined();
    // Residuals bits − ratio · bytes, divided by bytes: √(n · variance) / Σ bytes.
    const residuals = [7 / Math.LN2 - score.bitsPerByte * 2, 5 / Math.LN2 - score.bitsPerByte * 6];
    const variance = residuals.reduce((sum, r) => sum + r * r, 0) / 1;
    expect(score.standardError).toBeCloseTo(Math.sqrt(2 * variance) / 8, 12);
  });

  it("counts the question when it is scored, and the answer alone when it is not", async () => {
    const sequences = [Uint16Array.of(0, 10, 10, 3)];
    const full = item({ sequences, answerStart: 3, scoredStart: 1 });
    const answer = item({ sequences, answerStart: 3, scoredStart: 3 });
    const of = async (only: EncodedItem) =>
      (await scoreTarget(tokenIsLoss, target("question-answer", [only]))).bitsPerByte;
    expect(await of(full)).toBeCloseTo(23 / Math.LN2 / 10, 12);
    expect(await of(answer)).toBeCloseTo(3 / Math.LN2 / 10, 12);
  });

  it("judges choices by their answers: least loss, least loss a byte, share of probability", async () => {
    const items = [
      // The right answer has more loss than the other, but less a byte.
      item({
        sequences: [Uint16Array.of(0, 9, 2), Uint16Array.of(0, 9, 3)],
        gold: 1,
        answerStart: 2,
        answerBytes: [1, 6],
      }),
      item({ sequences: [Uint16Array.of(0, 9, 1), Uint16Array.of(0, 9, 4)], gold: 0, answerStart: 2 }),
    ];
    const score = await scoreTarget(tokenIsLoss, target("multiple-choice", items));
    expect(score.bitsPerByte).toBeCloseTo((12 + 10) / Math.LN2 / 20, 12);
    expect(score.accuracy).toBe(0.5);
    expect(score.accuracyByByte).toBe(1);
    const first = Math.exp(-3) / (Math.exp(-2) + Math.exp(-3));
    const second = Math.exp(-1) / (Math.exp(-1) + Math.exp(-4));
    expect(score.choiceProbability).toBeCloseTo((first + second) / 2, 12);
  });

  it("is no number that looks like one when a loss is not finite", async () => {
    const broken: Evaluator = {
      score: async (jobs) => jobs.map(() => Float64Array.of(Number.NaN)),
      close: async () => {},
    };
    const only = target("text", [item({ sequences: [Uint16Array.of(0, 1)] })]);
    await expect(scoreTarget(broken, only)).rejects.toThrow("target test: the loss of an item is NaN");
  });
});
