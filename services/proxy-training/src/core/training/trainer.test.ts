import { createHash } from "node:crypto";
import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import type { ModelShape } from "../model/shape.js";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
import { average, initialState, type TrainingState } from "./state.js";
import { createTrainer } from "./trainer.js";

const shape: ModelShape = { vocabulary: 32, width: 16, layers: 2, heads: 2, context: 16, tied: false };
const batch = 8;

/** A text whose next token is one of two that the present one names, and the bits of doubt that are left in it. */
function markovText(seed: string): (step: number) => Uint16Array {
  const random = seeded(seed);
  const next = Array.from({ length: shape.vocabulary }, () => [random.int(32), random.int(32)] as const);
  return (step) => {
    const choices = seeded(seed).child("step", step);
    const text = new Uint16Array(batch * (shape.context + 1));
    for (let i = 0; i < text.length; i++) {
      const [usual, other] = next[text[i - 1] ?? 0] as readonly [number, number];
      text[i] = i % (shape.context + 1) === 0 ? choices.int(32) : choices.float() < 0.8 ? usual : other;
    }
    return text;
  };
}

/** Trains from a state to a step and returns the losses; the state goes on in place. */
async function train(
  state: TrainingState,
  untilStep: number,
  options: { memoryArena?: boolean; microBatches?: number; stepsPerCall?: number; averageDecay?: number } = {},
) {
  const { microBatches = 1, stepsPerCall = 1, averageDecay, ...session } = options;
  const trainer = await createTrainer({ shape, batch, state, session, microBatches, stepsPerCall });
  const textOf = markovText("a text");
  const losses: number[] = [];
  while (state.step < untilStep) {
    const batches = trainer.batches.slice(0, untilStep - state.step);
    batches.forEach(({ tokens, targets }, k) => {
      const text = textOf(state.step + k);
      for (let row = 0; row < batch; row++) {
        const from = row * (shape.context + 1);
        for (let t = 0; t < shape.context; t++) {
          tokens[t * batch + row] = text[from + t] as number;
          targets[t * batch + row] = text[from + t + 1] as number;
        }
      }
    });
    losses.push(...(await trainer.take(batches.map(() => 5e-3))).map(({ loss }) => loss));
    if (averageDecay) average(state, averageDecay);
  }
  await trainer.close();
  return losses;
}

const digest = (state: TrainingState) => createHash("sha256").update(encodeCheckpoint(shape, state)).digest("hex");

describe("the trainer", () => {
  it("learns a Markov text: below the entropy of single tokens, towards that of pairs", async () => {
    const state = initialState(shape, 1);
    const losses = await train(state, 400);
    expect(losses[0]).toBeCloseTo(Math.log(32), 1);
    const textOf = markovText("a text");
    const counts = new Float64Array(32);
    for (let step = 0; step < 50; step++) for (const token of textOf(step)) counts[token] = (counts[token] ?? 0) + 1;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const unigram = counts.reduce((sum, count) => sum - (count > 0 ? (count / total) * Math.log(count / total) : 0), 0);
    const last = losses.slice(-50).reduce((sum, loss) => sum + loss, 0) / 50;
    expect(last).toBeLessThan(unigram - 1);
    // −0.8 ln 0.8 − 0.2 ln 0.2 = 0.500 nats is the least there is.
    expect(last).toBeGreaterThan(0.5);
    expect(last).toBeLessThan(0.75);
  });

  it("gives the same bits twice, with and without a memory arena, and others for another seed", async () => {
    const digests: string[] = [];
    for (const [seed, memoryArena] of [
      [1, true],
      [1, true],
      [1, false],
      [2, true],
    ] as const) {
      const state = initialState(shape, seed);
      await train(state, 12, { memoryArena });
      digests.push(digest(state));
    }
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).toBe(digests[0]);
    expect(digests[3]).not.toBe(digests[0]);
  });

  it("gives the same bits when it was stopped and resumed from a checkpoint, twice", async () => {
    const whole = initialState(shape, 7);
    await train(whole, 30);
    let state = initialState(shape, 7);
    for (const stop of [7, 19, 30]) {
      await train(state, stop);
      state = decodeCheckpoint(shape, encodeCheckpoint(shape, state));
    }
    expect(digest(state)).toBe(digest(whole));
  });

  it("gives the same bits however many steps a call takes, also where the last call has fewer", async () => {
    const single = initialState(shape, 5);
    const losses = await train(single, 14);
    for (const stepsPerCall of [2, 4, 5]) {
      const state = initialState(shape, 5);
      expect(await train(state, 14, { stepsPerCall })).toEqual(losses);
      expect(digest(state)).toBe(digest(single));
    }
  });

  it("clips: however steep the loss, a step is bounded by the learning rate", async () => {
    const state = initialState(shape, 3);
    for (const values of state.parameters.values())
      for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * 50;
    const before = new Map([...state.parameters].map(([name, values]) => [name, values.slice()]));
    await train(state, 1);
    for (const [name, values] of state.parameters) {
      const start = before.get(name) as Float32Array;
      // The first step of Adam is at most the learning rate in each entry, and decay adds 0.1 of the weight.
      values.forEach((value, i) => {
        const bound = 5e-3 * (1.001 + 0.1 * Math.abs(start[i] as number));
        expect(Math.abs(value - (start[i] as number))).toBeLessThan(bound);
      });
    }
  });

  it("does the same in micro-batches: one step of the whole batch, up to rounding, whatever the parts", async () => {
    const whole = initialState(shape, 9);
    const expected = await train(whole, 20);
    for (const microBatches of [2, 4, 8]) {
      const state = initialState(shape, 9);
      const losses = await train(state, 20, { microBatches });
      losses.forEach((loss, step) => {
        expect(Math.abs(loss - (expected[step] as number)), `step ${step}`).toBeLessThan(1e-4);
      });
    }
    await expect(train(initialState(shape, 9), 1, { microBatches: 3 })).rejects.toThrow(
      "cannot split a batch of 8 sequences into 3 parts",
    );
  });

  it("averages its weights: the mean of all steps at first, and the same bits when it is stopped and resumed", async () => {
    const state = initialState(shape, 11);
    const sums = new Map([...state.parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
    for (let step = 1; step <= 5; step++) {
      await train(state, step, { averageDecay: 0.9 });
      for (const [name, values] of state.parameters) {
        const sum = sums.get(name) as Float64Array;
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
      }
    }
    for (const [name, values] of state.average ?? []) {
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo((sums.get(name)?.[i] as number) / 5, 6);
    }
    expect(state.average?.size).toBe(state.parameters.size);

    const resumed = decodeCheckpoint(shape, encodeCheckpoint(shape, state));
    await train(state, 30, { averageDecay: 0.9 });
    await train(resumed, 30, { averageDecay: 0.9 });
    expect(digest(resumed)).toBe(digest(state));
    expect(state.average?.get("head")).not.toEqual(state.parameters.get("head"));
  });
});
