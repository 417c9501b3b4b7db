import { openSession, type SessionOptions, Tensor } from "@climb/onnx";
import { crossEntropy, input, matmul, multiply, nextTokenProbabilities, pick, subtract, sumLast } from "../ir/build.js";
import { emit } from "../ir/emit.js";
import { gradients } from "../ir/gradients.js";
import type { Node } from "../ir/node.js";
import { buildDecoder } from "../model/decoder.js";
import type { ModelShape } from "../model/shape.js";
import { createProbeBatch, type ProbeBatch, windowMeans } from "./probe-batch.js";

/** Tells how far a step on a window would take some target along; one call at a time. */
export interface TargetAlignment {
  /** The windows whose alignment is measured. */
  readonly batch: ProbeBatch;
  /** Windows of the target, any number of times each. */
  readonly target: ProbeBatch;
  /**
   * For each window ⟨g, t⟩ / ⟨t, t⟩, g and t the gradients of the mean loss of the window and of the target with respect to the
   * output head: to first order, how much of what a step on the target itself gives the target a step on the window does. 1 for
   * the target itself, 0 if it does nothing, negative if it does harm.
   */
  measure(): Promise<number[]>;
  close(): Promise<void>;
}

/** @param parameters of the model, read anew at each call */
export async function createTargetAlignment(options: {
  shape: ModelShape;
  windows: number;
  targetWindows: number;
  parameters: ReadonlyMap<string, Float32Array>;
  session?: SessionOptions;
}): Promise<TargetAlignment> {
  const { shape, windows, targetWindows, parameters } = options;
  const { vocabulary, width, tied } = shape;
  const towards = await openSession(buildHeadGradient(shape, targetWindows), options.session);
  const along = await openSession(buildAlignment(shape, windows), options.session).catch(async (error: unknown) => {
    await towards.release();
    throw error;
  });
  const [batch, target] = [createProbeBatch(shape, windows), createProbeBatch(shape, targetWindows)];
  const direction = new Float32Array(vocabulary * width);
  const directionTensor = new Tensor("float32", direction, [vocabulary, width]);
  const alignment = new Float32Array(batch.tokens.length);
  return {
    batch,
    target,
    async measure() {
      const feeds = target.feeds(parameters);
      await towards.run(tied ? { ...feeds, output: feeds.embedding as Tensor } : feeds, { direction: directionTensor });
      let squared = 0;
      for (let i = 0; i < direction.length; i++) squared += (direction[i] as number) ** 2;
      await along.run(
        { ...batch.feeds(parameters), direction: directionTensor },
        { alignment: new Tensor("float32", alignment, [alignment.length, 1]) },
      );
      return windowMeans(alignment, windows).map((dot) => (squared > 0 ? dot / squared : 0));
    },
    async close() {
      await towards.release();
      await along.release();
    },
  };
}

/** A model that gives the gradient of the mean loss of some windows with respect to the output head, (vocabulary, width). */
function buildHeadGradient(shape: ModelShape, windows: number): Uint8Array {
  const { tokens, hidden, head } = buildDecoder(shape, windows);
  const targets = input("targets", tokens.shape, "int32");
  // Where the embedding is the head too, what it does as an embedding is left out.
  const output = shape.tied ? input("output", head.shape) : head;
  const loss = crossEntropy(nextTokenProbabilities(hidden, output), hidden, output, targets);
  const [direction] = gradients(loss, [output]) as [Node];
  return emit("head gradient", { direction });
}

/**
 * A model that gives for each position the product of its own gradient with respect to the head and a direction, (context ·
 * windows, 1). That gradient is (p − y) hᵀ, so the product is (p − y) · D h, and no gradient is ever laid out.
 */
function buildAlignment(shape: ModelShape, windows: number): Uint8Array {
  const { tokens, hidden, head } = buildDecoder(shape, windows);
  const targets = input("targets", tokens.shape, "int32");
  const scores = matmul(hidden, input("direction", head.shape), { transposeB: true });
  const expected = sumLast(multiply(nextTokenProbabilities(hidden, head), scores));
  return emit("alignment", { alignment: subtract(expected, pick(scores, targets)) });
}
