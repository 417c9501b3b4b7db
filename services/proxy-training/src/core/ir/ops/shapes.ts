import { gatherRows, multiply, ones, reshape, scatterRows, transpose } from "../build.js";
import { type Node, shapeOf } from "../node.js";
import { longs, type Ops } from "./op.js";

/** Operations that move, repeat or sum entries. */
export const SHAPES: Ops<"reshape" | "transpose" | "sumLast" | "sumAll" | "gatherRows" | "scatterRows" | "pick"> = {
  reshape: {
    emit: (graph, [a = ""], { shape }) => graph.node("Reshape", [a, longs(graph, shape)]),
    gradient: (g, { inputs: [a] }) => [reshape(g, shapeOf(a))],
  },
  transpose: {
    emit: (graph, inputs, { attributes }) => graph.node("Transpose", inputs, { perm: attributes.permutation }),
    gradient: (g, { attributes: { permutation } }) => {
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      return [transpose(g, inverse)];
    },
  },
  sumLast: {
    emit: (graph, [a = ""]) => graph.node("ReduceSum", [a, longs(graph, [-1])], { keepdims: 1 }),
    gradient: (g, { inputs: [a] }) => [multiply(g, ones(shapeOf(a)))],
  },
  sumAll: {
    emit: (graph, inputs) => graph.node("ReduceSum", inputs, { keepdims: 0 }),
    gradient: (g, { inputs: [a] }) => [multiply(g, ones(shapeOf(a)))],
  },
  gatherRows: {
    emit: (graph, inputs) => graph.node("Gather", inputs, { axis: 0 }),
    gradient: (g, { inputs: [table, indices] }) => [
      scatterRows(g, indices as Node, shapeOf(table)[0] as number),
      undefined,
    ],
  },
  scatterRows: {
    // Row by row: eight times as fast as ScatterElements, which goes entry by entry. It adds equal rows in a data race
    // if a session has several threads (onnxruntime 18048, 23396); ours have one.
    emit(graph, [rows = "", indices = ""], { shape, inputs: [source] }) {
      const [count] = shapeOf(source) as [number, number];
      const zero = graph.constant("float32", [1], Float32Array.of(0));
      const zeros = graph.node("Expand", [zero, longs(graph, shape)]);
      const column = graph.node("Reshape", [graph.node("Cast", [indices], { to: 7 }), longs(graph, [count, 1])]);
      return graph.node("ScatterND", [zeros, column, rows], { reduction: "add" });
    },
    gradient: (g, { inputs: [, indices] }) => [gatherRows(g, indices as Node), undefined],
  },
  pick: {
    emit(graph, [rows = "", indices = ""], { shape }) {
      const column = graph.node("Reshape", [indices, longs(graph, shape)]);
      return graph.node("GatherElements", [rows, column], { axis: 1 });
    },
    gradient: () => {
      throw new Error("pick is for evaluation; train with crossEntropy, which never builds a gradient of this size");
    },
  },
};
