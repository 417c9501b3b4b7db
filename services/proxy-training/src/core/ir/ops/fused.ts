import type { GraphBuilder } from "@climb/onnx";
import {
  batchMatmul,
  divide,
  gatherRows,
  matmul,
  meanLast,
  multiply,
  rotary,
  scalar,
  scatterRows,
  subtract,
  sumLast,
  swapLast,
  transpose,
} from "../build.js";
import { type Node, shapeOf } from "../node.js";
import type { OpTypes } from "../op-types.js";
import { longs, type Ops, plain } from "./op.js";

function emitRotary(graph: GraphBuilder, a: string, { shape, attributes }: Node<"rotary">): string {
  const [rows, width] = shape as [number, number];
  const { cosines, sines, half } = rotaryTables(rows, attributes);
  const turned = graph.node("com.microsoft.RotaryEmbedding", [
    graph.node("Reshape", [a, longs(graph, [1, rows, width])]),
    longs(graph, [0]),
    graph.constant("float32", [rows, half], cosines),
    graph.constant("float32", [rows, half], sines),
  ]);
  return graph.node("Reshape", [turned, longs(graph, shape)]);
}

function emitPortableRotary(graph: GraphBuilder, a: string, { shape, attributes }: Node<"rotary">): string {
  const [rows, width] = shape as [number, number];
  const { cosines, sines, half } = rotaryTables(rows, attributes);
  const cosine = graph.constant("float32", [rows, 1, half], cosines);
  const sine = graph.constant("float32", [rows, 1, half], sines);
  const split = graph.node("Reshape", [a, longs(graph, [rows, width / attributes.headWidth, 2 * half])]);
  const part = (from: number) =>
    graph.node("Slice", [split, longs(graph, [from]), longs(graph, [from + half]), longs(graph, [2])]);
  const [first, second] = [part(0), part(half)];
  const product = (x: string, y: string) => graph.node("Mul", [x, y]);
  const turned = [
    graph.node("Sub", [product(first, cosine), product(second, sine)]),
    graph.node("Add", [product(first, sine), product(second, cosine)]),
  ];
  return graph.node("Reshape", [graph.node("Concat", turned, { axis: 2 }), longs(graph, shape)]);
}

/** Cosines and sines (rows, half), one row of angles for each row of the value, whose position is then its number. */
function rotaryTables(rows: number, { context, headWidth, base, backwards }: OpTypes["rotary"]) {
  const half = headWidth / 2;
  const table = (of: (angle: number) => number) =>
    Float32Array.from({ length: rows * half }, (_, i) => {
      const position = Math.floor((Math.floor(i / half) * context) / rows);
      return of(position * base ** (-(i % half) / half));
    });
  const sines = table((angle) => (backwards ? -Math.sin(angle) : Math.sin(angle)));
  return { half, cosines: table(Math.cos), sines };
}

/** Operations whose gradient is much shorter than that of their parts. */
export const FUSED: Ops<"rmsNorm" | "rotary" | "attend" | "crossEntropy"> = {
  rmsNorm: {
    emit: plain("Div"),
    // y = x / r, r = √(mean(x²) + ε): dx = (g − y · mean(g · y)) / r.
    gradient: (g, node) => {
      const rms = node.inputs[1] as Node;
      return [divide(subtract(g, multiply(node, meanLast(multiply(g, node)))), rms), undefined];
    },
  },
  rotary: {
    emit: (graph, [a = ""], node) => (node.attributes.portable ? emitPortableRotary : emitRotary)(graph, a, node),
    gradient: (g, { attributes }) => [rotary(g, { ...attributes, backwards: !attributes.backwards })],
  },
  attend: {
    emit(graph, [, weights = "", values = ""]) {
      // ONNX Runtime takes these exchanges of axes into the product, so that nothing is copied but the result.
      const byGroup = graph.node("Transpose", [values], { perm: [1, 0, 2] });
      return graph.node("Transpose", [graph.node("MatMul", [weights, byGroup])], { perm: [1, 0, 2] });
    },
    // With O = P V: dS = P ∘ (dO Vᵀ − rowsum(dO ∘ O)), because rowsum(dP ∘ P) = rowsum(dO ∘ O), which is over d entries
    // instead of m (arXiv 2205.14135, appendix B.2).
    gradient: (g, node) => {
      const [, weights, values] = node.inputs as [Node, Node, Node];
      const byGroup = (x: Node) => transpose(x, [1, 0, 2]);
      const rowSums = byGroup(sumLast(multiply(g, node)));
      const toWeights = batchMatmul(byGroup(g), transpose(values, [1, 2, 0]));
      const toValues = byGroup(batchMatmul(swapLast(weights), byGroup(g)));
      return [multiply(weights, subtract(toWeights, rowSums)), undefined, toValues];
    },
  },
  crossEntropy: {
    emit(graph, [probabilities = "", , , targets = ""], { inputs: [rows] }) {
      const column = graph.node("Reshape", [targets, longs(graph, [shapeOf(rows)[0] as number, 1])]);
      const logs = graph.node("Log", [graph.node("GatherElements", [probabilities, column], { axis: 1 })]);
      return graph.node("Neg", [graph.node("ReduceMean", [logs], { keepdims: 0 })]);
    },
    gradient: (g, { inputs }) => {
      const [probabilities, hidden, head, targets] = inputs as [Node, Node, Node, Node];
      const [count = 1] = hidden.shape;
      const scale = multiply(g, scalar(1 / count));
      const right = gatherRows(head, targets);
      const toHidden = multiply(subtract(matmul(probabilities, head), right), scale);
      const toHead = subtract(
        matmul(probabilities, hidden, { transposeA: true }),
        scatterRows(hidden, targets, head.shape[0] as number),
      );
      return [undefined, toHidden, multiply(toHead, scale), undefined];
    },
  },
};
