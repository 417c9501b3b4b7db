import type { GraphBuilder } from "@climb/onnx";
import {
  batchMatmul,
  constant,
  divide,
  gatherRows,
  matmul,
  multiply,
  negate,
  reshape,
  rotateHalf,
  scatterRows,
  step,
  subtract,
  sumLast,
  sumTo,
  transpose,
} from "./build.js";
import type { Node, Shape } from "./node.js";

/** The attributes of each operation. */
export interface OpTypes {
  /** Fed from outside. */
  input: { name: string };
  /** Fixed values. */
  constant: { data: Float32Array | Int32Array };
  add: object;
  subtract: object;
  multiply: object;
  divide: object;
  negate: object;
  square: object;
  sqrt: object;
  relu: object;
  /** Sign: −1, 0 or 1. Its gradient is none. */
  step: object;
  sigmoid: object;
  /** Over the last axis. */
  softmax: object;
  /** Two matrices, each possibly transposed: one Gemm. */
  matmul: { transposeA: boolean; transposeB: boolean };
  /** The last two axes of equally shaped leading axes. */
  batchMatmul: object;
  reshape: object;
  transpose: { permutation: readonly number[] };
  /** Over the last axis, which stays with size 1. */
  sumLast: object;
  /** Over everything; a scalar of shape []. */
  sumAll: object;
  /** Rows of a table: (V, d) and indices (N) give (N, d). */
  gatherRows: object;
  /** Adds rows (N, d) into zeros (V, d) at indices (N): the adjoint of gatherRows. */
  scatterRows: object;
  /** One entry of each row: (N, V) and indices (N) give (N, 1). */
  pick: object;
  /** Halves (a, b) of the last axis to sign · (−b, a); its adjoint is the same with the other sign. */
  rotateHalf: { sign: 1 | -1 };
  /**
   * Mean cross-entropy of softmax(h Eᵀ) at targets, from [probabilities (N, V), h (N, d), E (V, d), targets (N)]. The
   * probabilities are an input only so that they are computed once; the gradient goes to h and E directly, so that
   * no (N, V) gradient is ever built.
   */
  crossEntropy: object;
  log: object;
}

export type OpName = keyof OpTypes;

/** What an operation is: how ONNX says it, and what its inputs receive of its output's gradient. */
interface Op<Name extends OpName> {
  /** Emits the operation and returns the name of its value. */
  emit(graph: GraphBuilder, inputs: readonly string[], node: Node<Name>): string;
  /** The gradients of the inputs; undefined where there is none. */
  gradient(gradient: Node, node: Node<Name>): readonly (Node | undefined)[];
}

const elementwise =
  (operator: string) =>
  (graph: GraphBuilder, inputs: readonly string[]): string =>
    graph.node(operator, inputs);

const none = () => [];

/** Every operation, forward and backward side by side. One without a gradient does not compile. */
export const OPS: { readonly [Name in OpName]: Op<Name> } = {
  input: {
    emit: (graph, _, { attributes, type, shape }) => graph.input(attributes.name, type, shape),
    gradient: none,
  },
  constant: {
    emit: (graph, _, { attributes, type, shape }) => graph.constant(type, shape, attributes.data),
    gradient: none,
  },
  add: {
    emit: elementwise("Add"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [sumTo(g, a), sumTo(g, b)];
    },
  },
  subtract: {
    emit: elementwise("Sub"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [sumTo(g, a), sumTo(negate(g), b)];
    },
  },
  multiply: {
    emit: elementwise("Mul"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [sumTo(multiply(g, b), a), sumTo(multiply(g, a), b)];
    },
  },
  divide: {
    emit: elementwise("Div"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      const toNumerator = divide(g, b);
      return [sumTo(toNumerator, a), sumTo(negate(multiply(toNumerator, divide(a, b))), b)];
    },
  },
  negate: { emit: elementwise("Neg"), gradient: (g) => [negate(g)] },
  square: {
    emit: (graph, [a = ""]) => graph.node("Mul", [a, a]),
    gradient: (g, { inputs: [a] }) => [multiply(multiply(g, a as Node), scalar(2))],
  },
  sqrt: {
    emit: elementwise("Sqrt"),
    // d√a = g / (2√a); the node itself is the root.
    gradient: (g, node) => [divide(multiply(g, scalar(0.5)), node)],
  },
  relu: {
    emit: elementwise("Relu"),
    // The sign of relu(a) is its derivative, 0 at 0 as in PyTorch.
    gradient: (g, node) => [multiply(g, step(node))],
  },
  step: { emit: elementwise("Sign"), gradient: () => [undefined] },
  sigmoid: {
    emit: elementwise("Sigmoid"),
    gradient: (g, node) => [multiply(g, multiply(node, subtract(scalar(1), node)))],
  },
  softmax: {
    emit: (graph, inputs) => graph.node("Softmax", inputs, { axis: -1 }),
    gradient: (g, node) => {
      const weighted = multiply(g, node);
      return [subtract(weighted, multiply(node, sumLast(weighted)))];
    },
  },
  matmul: {
    emit: (graph, inputs, { attributes }) =>
      graph.node("Gemm", inputs, { transA: attributes.transposeA ? 1 : 0, transB: attributes.transposeB ? 1 : 0 }),
    gradient: (g, { inputs, attributes: { transposeA, transposeB } }) => {
      const [a, b] = pair(inputs);
      return [
        transposeA
          ? matmul(b, g, { transposeA: transposeB, transposeB: true })
          : matmul(g, b, { transposeB: !transposeB }),
        transposeB
          ? matmul(g, a, { transposeA: true, transposeB: transposeA })
          : matmul(a, g, { transposeA: !transposeA }),
      ];
    },
  },
  batchMatmul: {
    emit: elementwise("MatMul"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [batchMatmul(g, swapLast(b)), batchMatmul(swapLast(a), g)];
    },
  },
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
  rotateHalf: {
    emit(graph, inputs, { attributes }) {
      const [low = "", high = ""] = graph.nodes("Split", inputs, 2, { axis: -1 });
      return attributes.sign === 1
        ? graph.node("Concat", [graph.node("Neg", [high]), low], { axis: -1 })
        : graph.node("Concat", [high, graph.node("Neg", [low])], { axis: -1 });
    },
    gradient: (g, { attributes }) => [rotateHalf(g, attributes.sign === 1 ? -1 : 1)],
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
  log: { emit: elementwise("Log"), gradient: (g, { inputs: [a] }) => [divide(g, a as Node)] },
};

function pair(inputs: readonly Node[]): [Node, Node] {
  return inputs as unknown as [Node, Node];
}

function shapeOf(node: Node | undefined): Shape {
  return (node as Node).shape;
}

function scalar(value: number): Node {
  return constant(Float32Array.of(value), []);
}

function ones(shape: Shape): Node {
  return constant(new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1), shape);
}

function swapLast(node: Node): Node {
  const axes = node.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  [axes[last - 1], axes[last]] = [last, last - 1];
  return transpose(node, axes);
}

function longs(graph: GraphBuilder, values: readonly number[]): string {
  return graph.constant(
    "int64",
    [values.length],
    BigInt64Array.from(values, (value) => BigInt(value)),
  );
}
