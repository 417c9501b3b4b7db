import { encodeSafetensors, readSafetensorsHeader, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import type { ModelShape } from "../model/shape.js";
import { baseFault, beginWithBase, describeBase, encodeBase } from "./base.js";
import { encodeWeights } from "./checkpoint.js";
import { initialState, type TrainingState } from "./state.js";
import { createTrainer } from "./trainer.js";

const shape: ModelShape = { vocabulary: 32, width: 16, layers: 1, heads: 2, context: 16, tied: false };
const batch = 4;
const tokenizer = { json: '{"model":{"type":"BPE"}}', endOfText: "<|end|>" };
const headerOf = (file: Uint8Array) => readSafetensorsHeader(file, file.length);

/** Trains on the batches of the steps from `first` on; the state goes on in place. */
async function train(state: TrainingState, first: number, steps: number, microBatches = 1): Promise<void> {
  const trainer = await createTrainer({ shape, batch, state, microBatches });
  for (let step = first; step < first + steps; step++) {
    const random = seeded("a text").child("step", step);
    const [one] = trainer.batches;
    for (const ids of [one?.tokens, one?.targets])
      ids?.forEach((_, i) => {
        ids[i] = random.int(32);
      });
    await trainer.take([5e-3]);
  }
  await trainer.close();
}

describe("a base", () => {
  it.each([1, 2])("is gone on with as if training had never ended, with %i micro-batches", async (microBatches) => {
    const whole = initialState(shape, 1);
    await train(whole, 0, 6, microBatches);
    const half = initialState(shape, 1);
    await train(half, 0, 3, microBatches);
    const base = encodeBase(shape, half, tokenizer, 100);
    const onward = beginWithBase(shape, initialState(shape, 9), base, false);
    expect(onward).toMatchObject({ step: 0, stepsBefore: 3 });
    await train(onward, 3, 3, microBatches);
    expect(onward.parameters).toEqual(whole.parameters);
    expect(onward.second).toEqual(whole.second);
    // And so is a base that began with a base.
    expect(describeBase(headerOf(encodeBase(shape, onward, tokenizer, 200)))).toMatchObject({ steps: 6, tokens: 200 });

    const fresh = beginWithBase(shape, initialState(shape, 9), base, true);
    expect(fresh.parameters).toEqual(half.parameters);
    expect(fresh.stepsBefore).toBeUndefined();
    await train(fresh, 3, 3, microBatches);
    expect(fresh.parameters).not.toEqual(whole.parameters);
  });

  it("tells its model, its tokenizer and its tokens; weights alone tell their vocabulary", () => {
    const state = { ...initialState(shape, 1), step: 3 };
    expect(describeBase(headerOf(encodeBase(shape, state, tokenizer, 100)))).toEqual({
      vocabulary: 32,
      model: { ...shape, activation: "squared-relu" },
      tokenizer,
      steps: 3,
      tokens: 100,
    });
    const alone = encodeWeights(shape, state);
    expect(describeBase(headerOf(alone))).toEqual({
      vocabulary: 32,
      model: undefined,
      tokenizer: undefined,
      steps: 0,
      tokens: 0,
    });
    expect(beginWithBase(shape, initialState(shape, 9), alone, false).parameters).toEqual(state.parameters);
    const other = encodeSafetensors([{ name: "w", shape: [1], data: new Float32Array(1) }]);
    expect(() => describeBase(headerOf(other))).toThrow("tensor embedding is nothing, expected a matrix");
  });

  it("of other heads does not fit though its tensors do, and neither do tensors of other sizes", () => {
    const state = initialState(shape, 1);
    const base = headerOf(encodeBase(shape, state, tokenizer, 100));
    expect(baseFault(shape, base)).toBeUndefined();
    expect(baseFault({ ...shape, heads: 4 }, base)).toEqual({
      found: expect.stringContaining("width 16 with 2 heads"),
      expected: expect.stringContaining("width 16 with 4 heads"),
    });
    const alone = headerOf(encodeWeights(shape, state));
    expect(baseFault({ ...shape, width: 32 }, alone)?.found).toBe("tensor embedding is (32,16), expected (32,32)");
    expect(baseFault({ ...shape, vocabulary: 48 }, alone)?.expected).toContain("a vocabulary of 48");
  });
});
