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
  squaredRelu,
  swapHalves,
  swapLast,
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
  parameters: Node[];
  /** (batch · context) token ids. */
  tokens: Node;
  /** (batch · context, width), normalised. */
  hidden: Node;
  /** (vocabulary, width). */
  head: Node;
}

/**
 * A decoder without gains or biases: RMSNorm (arXiv 1910.07467), rotary positions (arXiv 2104.09864), causal attention,
 * squared ReLU (arXiv 2109.08668). Activations are (batch · context, width), so every weight product is one Gemm.
 */
export function buildDecoder(shape: ModelShape, batch: number): Decoder {
  const { width, layers, heads, context, tied } = shape;
  const parameters = parameterSpecs(shape).map((spec) => input(spec.name, spec.shape));
  const byName = new Map(parameterSpecs(shape).map((spec, i) => [spec.name, parameters[i] as Node]));
  const weight = (name: string) => byName.get(name) as Node;
  const tokens = input("tokens", [batch * context], "int32");
  const { cos, sin } = rotary(context, width / heads);
  const mask = causalMask(context);

  let residual = gatherRows(weight("embedding"), tokens);
  for (let i = 0; i < layers; i++) {
    const name = (part: string) => weight(`blocks.${i}.${part}`);
    const normed = rmsNorm(residual, NORM_EPSILON);
    const split = (part: string, scale = 1) => {
      const projected = matmul(normed, name(`attention.${part}`), { scale });
      // (batch, heads, context, width / heads)
      return transpose(reshape(projected, [batch, context, heads, width / heads]), [0, 2, 1, 3]);
    };
    const turn = (x: Node) => add(multiply(x, cos), multiply(swapHalves(x), sin));
    const query = turn(split("query", 1 / Math.sqrt(width / heads)));
    const key = turn(split("key"));
    const scores = add(batchMatmul(query, swapLast(key)), mask);
    const attended = attend(scores, split("value"));
    const joined = reshape(transpose(attended, [0, 2, 1, 3]), [batch * context, width]);
    residual = add(residual, matmul(joined, name("attention.out")));
    const hidden = squaredRelu(matmul(rmsNorm(residual, NORM_EPSILON), name("mlp.in")));
    residual = add(residual, matmul(hidden, name("mlp.out")));
  }
  return { parameters, tokens, hidden: rmsNorm(residual, NORM_EPSILON), head: weight(tied ? "embedding" : "head") };
}

/** Tables (context, head width) for x · cos + swapHalves(x) · sin: the first half of the sines is negative. */
function rotary(context: number, headWidth: number): { cos: Node; sin: Node } {
  const half = headWidth / 2;
  const table = (of: (angle: number, firstHalf: boolean) => number) =>
    constant(
      Float32Array.from({ length: context * headWidth }, (_, i) => {
        const position = Math.floor(i / headWidth);
        const frequency = ROTARY_BASE ** (-(i % half) / half);
        return of(position * frequency, i % headWidth < half);
      }),
      [context, headWidth],
    );
  return { cos: table(Math.cos), sin: table((angle, first) => (first ? -Math.sin(angle) : Math.sin(angle))) };
}

function causalMask(context: number): Node {
  const values = Float32Array.from({ length: context * context }, (_, i) =>
    i % context > Math.floor(i / context) ? MASKED : 0,
  );
  return constant(values, [context, context]);
}
