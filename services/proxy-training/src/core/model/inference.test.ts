import { seeded } from "@climb/numeric";
import { openSession, Tensor } from "@climb/onnx";
import { describe, expect, it } from "vitest";
import { createEvaluator } from "../evaluation/evaluator.js";
import { initialState } from "../training/state.js";
import { buildInference } from "./inference.js";
import type { ModelShape } from "./shape.js";

const shape: ModelShape = { vocabulary: 40, width: 16, layers: 2, heads: 2, context: 12, tied: false };

describe("the exported inference model", () => {
  it.each<Partial<ModelShape>>([{}, { tied: true }, { activation: "swiglu" }])(
    "gives every token the probability that evaluation gives it %j",
    async (variant) => {
      const of = { ...shape, ...variant };
      const weights = initialState(of, 5).parameters;
      for (const values of weights.values()) for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * 20;
      const random = seeded("text");
      const tokens = Uint16Array.from({ length: of.context + 1 }, () => random.int(of.vocabulary));
      const evaluator = await createEvaluator({ shape: of, batch: 3, weights });
      const ranges = Array.from({ length: of.context }, (_, t) => ({ from: t + 1, to: t + 2 }));
      const [nats] = await evaluator.score([{ tokens, ranges }]);
      await evaluator.close();

      const model = buildInference(of, weights);
      expect(Buffer.from(model).includes("com.microsoft.")).toBe(false);
      const session = await openSession(model);
      expect([session.inputNames, session.outputNames]).toEqual([["input_ids"], ["logits"]]);
      const ids = BigInt64Array.from(tokens.subarray(0, of.context), (token) => BigInt(token));
      const { logits } = await session.run({ input_ids: new Tensor("int64", ids, [1, of.context]) });
      await session.release();
      expect(logits?.dims).toEqual([1, of.context, of.vocabulary]);
      const values = logits?.data as Float32Array;
      for (let t = 0; t < of.context; t++) {
        const row = values.subarray(t * of.vocabulary, (t + 1) * of.vocabulary);
        const logSum = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
        expect(logSum - (row[tokens[t + 1] as number] as number), `position ${t}`).toBeCloseTo(nats?.[t] as number, 4);
      }
    },
  );
});
