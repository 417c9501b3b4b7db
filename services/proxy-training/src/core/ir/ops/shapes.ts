import { gatherRows, multiply, ones, reshape, scatterRows, swapHalves, transpose } from "../build.js";
import { type Node, shapeOf } from "../node.js";
import { longs, type Ops } from "./op.js";

/** Operations that move, repeat or sum entries. */
export const SHAPES: Ops<
  "reshape" | "transpose" | "sumLast" | "sumAll" | "gatherRows" | "scatterRows" | "pick" | "swapHalves"
> = {
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
    // ScatterElements, not ScatterND: the latter adds duplicate rows in a data race (onnxruntime 18048, 23396).
    emit(graph, [rows = "", indices = ""], { shape, inputs: [source] }) {
      const [count, width] = shapeOf(source) as [number, number];
      const zero = graph.constant("float32", [1], Float32Array.of(0));
      const zeros = graph.node("Expand", [zero, longs(graph, shape)]);
      const column = graph.node("Reshape", [indices, longs(graph, [count, 1])]);
      const places = graph.node("Expand", [column, longs(graph, [count, width])]);
      return graph.node("ScatterElements", [zeros, places, rows], { axis: 0, reduction: "add" });
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
  swapHalves: {
    emit(graph, inputs) {
      const [low = "", high = ""] = graph.nodes("Split", inputs, 2, { axis: -1 });
      return graph.node("Concat", [high, low], { axis: -1 });
    },
    gradient: (g) => [swapHalves(g)],
  },
};
