import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { crossEntropy, input, log, nextTokenProbabilities, pick } from "../ir/build.js";
import type { Node } from "../ir/node.js";
import { directionalErrors } from "../testing/directional-error.js";
import { openGraph } from "../testing/evaluate-graph.js";
import { buildDecoder } from "./decoder.js";
import { type ModelShape, parameterCount, parameterSpecs, trainingFlopsPerToken } from "./shape.js";

const shape: ModelShape = { vocabulary: 11, width: 8, layers: 2, heads: 2, context: 6, tied: false };
const batch = 3;

/** Weights large enough that attention is far from uniform and every path carries a gradient. */
function randomWeights(of: ModelShape, seed: string): Record<string, Float32Array> {
  const random = seeded(seed);
  return Object.fromEntries(
    parameterSpecs(of).map(({ name, shape: [rows, cols] }) => [
      name,
      Float32Array.from({ length: rows * cols }, () => 0.4 * random.normal()),
    ]),
  );
}

function randomTokens(length: number, seed: string): Int32Array {
  const random = seeded(seed);
  return Int32Array.from({ length }, () => random.int(shape.vocabulary));
}

describe("the decoder", () => {
  for (const [name, variant] of Object.entries<Partial<ModelShape>>({
    untied: {},
    tied: { tied: true },
    swiglu: { activation: "swiglu" },
  })) {
    it(`has gradients that agree with finite differences in every tensor, ${name}`, async () => {
      const of: ModelShape = { ...shape, ...variant };
      const decoder = buildDecoder(of, batch);
      const targets = input("targets", [batch * shape.context], "int32");
      const { hidden, head, parameters } = decoder;
      const loss = crossEntropy(nextTokenProbabilities(hidden, head), hidden, head, targets);
      const errors = await directionalErrors(
        loss,
        parameters as Node<"input">[],
        {
          ...randomWeights(of, "weights"),
          tokens: randomTokens(batch * shape.context, "tokens"),
          targets: randomTokens(batch * shape.context, "targets"),
        },
        seeded("directions"),
        2e-3,
      );
      expect(Object.keys(errors)).toHaveLength(parameterSpecs(of).length);
      for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(5e-3);
    });
  }

  it("sees the past only: a changed token changes nothing before it", async () => {
    const { tokens, hidden, head } = buildDecoder(shape, 1);
    const graph = await openGraph({ probabilities: nextTokenProbabilities(hidden, head) });
    const values = { ...randomWeights(shape, "causal"), tokens: randomTokens(shape.context, "text") };
    expect(tokens.shape).toEqual([shape.context]);
    const before = (await graph.run(values)).probabilities as Float32Array;
    const changed = values.tokens.slice();
    changed[3] = ((changed[3] as number) + 1) % shape.vocabulary;
    const after = (await graph.run({ ...values, tokens: changed })).probabilities as Float32Array;
    await graph.close();
    const row = (all: Float32Array, t: number) => [...all.subarray(t * shape.vocabulary, (t + 1) * shape.vocabulary)];
    for (let t = 0; t < 3; t++) expect(row(after, t)).toEqual(row(before, t));
    for (let t = 3; t < shape.context; t++) expect(row(after, t)).not.toEqual(row(before, t));
  });

  it("sees order, but not where a context begins: positions count against each other", async () => {
    const one: ModelShape = { ...shape, layers: 1 };
    const { hidden, head } = buildDecoder(one, 1);
    const targets = input("targets", [one.context], "int32");
    const graph = await openGraph({ logs: log(pick(nextTokenProbabilities(hidden, head), targets)) });
    const weights = randomWeights(one, "positions");
    const run = async (tokens: number[]) =>
      (await graph.run({ ...weights, tokens: Int32Array.from(tokens), targets: new Int32Array(6).fill(4) }))
        .logs as Float32Array;
    const [same, forward, backward] = [
      await run([2, 2, 2, 2, 2, 2]),
      await run([2, 3, 5, 1, 1, 1]),
      await run([3, 2, 5, 1, 1, 1]),
    ];
    await graph.close();
    // A context of one token repeated: wherever attention goes, it finds the same value.
    for (let t = 1; t < 6; t++) expect(same[t]).toBeCloseTo(same[0] as number, 5);
    // One layer of attention without positions would see the same set of tokens.
    expect(Math.abs((forward[2] as number) - (backward[2] as number))).toBeGreaterThan(1e-3);
  });

  it("has as many parameters as its tensors", () => {
    expect(parameterCount(shape)).toBe(2 * 11 * 8 + 2 * (4 * 64 + 2 * 8 * 32));
    expect(parameterCount({ ...shape, tied: true })).toBe(11 * 8 + 2 * (4 * 64 + 2 * 8 * 32));
  });

  it("takes six operations for each parameter but the embedding's, and those of attention", () => {
    const products = 6 * (11 * 8 + 2 * (4 * 64 + 2 * 8 * 32)) + 12 * 2 * shape.context * 8;
    expect(trainingFlopsPerToken(shape)).toBe(products);
    expect(trainingFlopsPerToken({ ...shape, tied: true })).toBe(products);
  });
});
