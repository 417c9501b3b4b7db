import { openSession, type SessionOptions, Tensor } from "@climb/onnx";
import { buildEvaluation } from "../evaluation/evaluator.js";
import type { ModelShape } from "../model/shape.js";
import { createProbeBatch, type ProbeBatch, windowMeans } from "./probe-batch.js";

/** Compares a model that is being trained with a reference; one call at a time. */
export interface ExcessLoss {
  readonly batch: ProbeBatch;
  /** For each window the mean over its tokens of max(0, loss − the reference's loss), nats. */
  measure(): Promise<number[]>;
  close(): Promise<void>;
}

/** @param parameters of the model, read anew at each call */
export async function createExcessLoss(options: {
  shape: ModelShape;
  windows: number;
  parameters: ReadonlyMap<string, Float32Array>;
  reference: ReadonlyMap<string, Float32Array>;
  session?: SessionOptions;
}): Promise<ExcessLoss> {
  const { shape, windows, parameters, reference } = options;
  const session = await openSession(buildEvaluation(shape, windows), options.session);
  const batch = createProbeBatch(shape, windows);
  const score = async (weights: ReadonlyMap<string, Float32Array>) => {
    const nats = new Float32Array(batch.tokens.length);
    await session.run(batch.feeds(weights), { nats: new Tensor("float32", nats, [nats.length, 1]) });
    return nats;
  };
  return {
    batch,
    async measure() {
      const [own, known] = [await score(parameters), await score(reference)];
      return windowMeans(
        own.map((nats, i) => Math.max(0, nats - (known[i] as number))),
        windows,
      );
    },
    close: () => session.release(),
  };
}
