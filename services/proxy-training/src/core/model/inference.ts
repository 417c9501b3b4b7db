import { constant, input, matmul, reshape } from "../ir/build.js";
import { emit } from "../ir/emit.js";
import { buildDecoder } from "./decoder.js";
import { type ModelShape, parameterSpecs } from "./shape.js";

/**
 * A trained decoder as an ONNX model of standard operators, with its weights inside. Input: input_ids, int64 (1, context).
 * Output: logits, float32 (1, context, vocabulary).
 */
export function buildInference(shape: ModelShape, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const { context, vocabulary } = shape;
  const tokens = reshape(input("input_ids", [1, context], "int64"), [context]);
  const parameters = parameterSpecs(shape).map((spec) => constant(weights.get(spec.name) as Float32Array, spec.shape));
  const { hidden, head } = buildDecoder(shape, 1, { parameters, tokens, portable: true });
  const logits = reshape(matmul(hidden, head, { transposeB: true }), [1, context, vocabulary]);
  return emit("proxy", { logits });
}
