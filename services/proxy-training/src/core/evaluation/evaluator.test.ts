import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import type { ModelShape } from "../model/shape.js";
import { initialState } from "../training/state.js";
import { createEvaluator, type Evaluator } from "./evaluator.js";

const shape: ModelShape = { vocabulary: 23, width: 8, layers: 2, heads: 2, context: 8, tied: false };

function weights(): Map<string, Float32Array> {
  const { parameters } = initialState(shape, 1);
  // Twenty times the starting weights: predictions that depend on what went before.
  for (const values of parameters.values()) for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * 20;
  return parameters;
}

function sequence(length: number, seed: string): Uint16Array {
  const random = seeded(seed);
  return Uint16Array.from({ length }, () => random.int(shape.vocabulary));
}

const open = (batch: number, beforeBatch?: () => void) =>
  createEvaluator({ shape, batch, weights: weights(), beforeBatch });

async function one(evaluator: Evaluator, tokens: Uint16Array, from: number, to: number): Promise<number> {
  const [sums] = await evaluator.score([{ tokens, ranges: [{ from, to }] }]);
  return sums?.[0] as number;
}

describe("the evaluator", () => {
  it("scores a sequence as long as the context as the sum over its positions, whatever the ranges", async () => {
    const evaluator = await open(4);
    const tokens = sequence(8, "short");
    const each: number[] = [];
    for (let t = 1; t < 8; t++) each.push(await one(evaluator, tokens, t, t + 1));
    const total = each.reduce((sum, nats) => sum + nats, 0);
    expect(await one(evaluator, tokens, 1, 8)).toBeCloseTo(total, 4);
    const [parts] = await evaluator.score([
      {
        tokens,
        ranges: [
          { from: 1, to: 4 },
          { from: 6, to: 8 },
        ],
      },
    ]);
    expect((parts?.[0] as number) + (parts?.[1] as number)).toBeCloseTo(total - (each[3] ?? 0) - (each[4] ?? 0), 4);
    for (const nats of each) expect(nats).toBeGreaterThan(0);
    await evaluator.close();
  });

  it("gives probabilities: over all next tokens they sum to one", async () => {
    const evaluator = await open(8);
    const tokens = sequence(6, "simplex");
    let sum = 0;
    for (let last = 0; last < shape.vocabulary; last++) {
      sum += Math.exp(-(await one(evaluator, Uint16Array.of(...tokens, last), 6, 7)));
    }
    expect(sum).toBeCloseTo(1, 5);
    await evaluator.close();
  });

  it("scores a position of a long sequence from the window that it falls in", async () => {
    const evaluator = await open(4);
    const tokens = sequence(40, "long");
    // From position 30 on, the first window starts half a context earlier, at 26.
    const apart = await one(evaluator, tokens.slice(26, 35), 4, 9);
    expect(await one(evaluator, tokens, 30, 35)).toBeCloseTo(apart, 5);
    await evaluator.close();
  });

  it("gives every job the same result alone, among others and in any batch", async () => {
    const jobs = [3, 30, 8, 17, 2].map((length, i) => ({
      tokens: sequence(length, `job ${i}`),
      ranges: [{ from: 1, to: length }],
    }));
    const results = await Promise.all(
      [1, 3, 16].map(async (batch) => {
        const evaluator = await open(batch);
        const sums = await evaluator.score(jobs);
        await evaluator.close();
        return sums.map((parts) => parts[0] as number);
      }),
    );
    results[0]?.forEach((nats, job) => {
      for (const other of results) expect(other[job]).toBeCloseTo(nats, 4);
    });
  });

  it("ends before the next batch when it is told to", async () => {
    let batches = 0;
    const evaluator = await open(1, () => {
      if (++batches === 3) throw new Error("stop");
    });
    await expect(one(evaluator, sequence(60, "stopped"), 1, 60)).rejects.toThrow("stop");
    expect(batches).toBe(3);
    await evaluator.close();
  });
});
