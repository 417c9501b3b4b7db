import {
  add,
  attend,
  batchMatmul,
  constant,
  gatherRows,
  input,
  matmul,
  multiply,
  reshape,
  rmsNorm,
  rotary,
  silu,
  squaredRelu,
  transpose,
} from "../ir/build.js";
import type { Node } from "../ir/node.js";
import { type ModelShape, parameterSpecs } from "./shape.js";

const NORM_EPSILON = 1e-5;
const ROTARY_BASE = 10_000;
/** Stands for minus infinity in the causal mask; exp of it is 0 and no NaN can come of it. */
const MASKED = -1e9;

/** A decoder as a graph, up to its last hidden state. */
export interface Decoder {
  /** The parameters in the order of `parameterSpecs`, as inputs named like them. */
  parameters: readonly Node[];
  /** (context · batch) token ids, first those at position 0 of every sequence. */
  tokens: Node;
  /** (context · batch, width), normalised. */
  hidden: Node;
  /** (vocabulary, width). */
  head: Node;
}

/** What a decoder is made of, where that is not inputs by its own names. */
export interface DecoderInputs {
  /** In the order of `parameterSpecs`. */
  parameters?: readonly Node[];
  /** (context · batch) token ids. */
  tokens?: Node;
  /** Only operators of the ONNX standard. */
  portable?: boolean;
}

/**
 * A decoder without gains or biases: RMSNorm (arXiv 1910.07467), rotary positions (arXiv 2104.09864), causal attention,
 * squared ReLU or SwiGLU (see Activation). Activations are (context · batch, width): every weight product is one Gemm, and the
 * heads of all sequences are split off without moving anything.
 */
export function buildDecoder(shape: ModelShape, batch: number, given: DecoderInputs = {}): Decoder {
  const { width, layers, heads, context, tied } = shape;
  const parameters = given.parameters ?? parameterSpecs(shape).map((spec) => input(spec.name, spec.shape));
  const byName = new Map(parameterSpecs(shape).map((spec, i) => [spec.name, parameters[i] as Node]));
  const weight = (name: string) => byName.get(name) as Node;
  const tokens = given.tokens ?? input("tokens", [context * batch], "int32");
  const mask = causalMask(context);
  const headWidth = width / heads;

  let residual = gatherRows(weight("embedding"), tokens);
  for (let i = 0; i < layers; i++) {
    const name = (part: string) => weight(`blocks.${i}.${part}`);
    const normed = rmsNorm(residual, NORM_EPSILON);
    const project = (part: string, scale = 1) => matmul(normed, name(`attention.${part}`), { scale });
    const turn = (x: Node) =>
      rotary(x, { context, headWidth, base: ROTARY_BASE, backwards: false, portable: given.portable ?? false });
    const split = (x: Node) => reshape(x, [context, batch * heads, headWidth]);
    const query = split(turn(project("query", 1 / Math.sqrt(headWidth))));
    const key = split(turn(project("key")));
    const scores = add(batchMatmul(transpose(query, [1, 0, 2]), transpose(key, [1, 2, 0])), mask);
    const joined = reshape(attend(scores, split(project("value"))), [context * batch, width]);
    residual = add(residual, matmul(joined, name("attention.out")));
    const second = rmsNorm(residual, NORM_EPSILON);
    const raised = matmul(second, name("mlp.in"));
    const hidden =
      shape.activation === "swiglu" ? multiply(silu(matmul(second, name("mlp.gate"))), raised) : squaredRelu(raised);
    residual = add(residual, matmul(hidden, name("mlp.out")));
  }
  return { parameters, tokens, hidden: rmsNorm(residual, NORM_EPSILON), head: weight(tied ? "embedding" : "head") };
}

function causalMask(context: number): Node {
  const values = Float32Array.from({ length: context * context }, (_, i) =>
    i % context > Math.floor(i / context) ? MASKED : 0,
  );
  return constant(values, [context, context]);
}
