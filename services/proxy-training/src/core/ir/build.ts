import { type Node, type Shape, sizeOf } from "./node.js";
import type { OpName, OpTypes } from "./op-types.js";

/** Makes nodes, each with the shape that its operation gives. @throws RangeError on shapes that do not fit. */
function make<Op extends OpName>(
  op: Op,
  inputs: readonly Node[],
  shape: Shape,
  attributes: OpTypes[Op],
  type: Node["type"] = "float32",
): Node {
  return { op, inputs, shape, attributes, type } as Node;
}

/** A value that is given at each call. */
export const input = (name: string, shape: Shape, type: Node["type"] = "float32") =>
  make("input", [], shape, { name }, type);

/** Values that are part of the model, in row-major order. */
export function constant(data: Float32Array | Int32Array, shape: Shape): Node {
  if (data.length !== sizeOf(shape)) throw new RangeError(`${data.length} values for the shape (${shape})`);
  return make("constant", [], shape, { data }, data instanceof Int32Array ? "int32" : "float32");
}

/** A float32 without axes. */
export const scalar = (value: number) => constant(Float32Array.of(value), []);
/** A constant of ones. */
export const ones = (shape: Shape) => constant(new Float32Array(sizeOf(shape)).fill(1), shape);

const binary = (op: "add" | "subtract" | "multiply" | "divide") => (a: Node, b: Node) =>
  make(op, [a, b], broadcast(a.shape, b.shape), {});
export const add = binary("add");
export const subtract = binary("subtract");
export const multiply = binary("multiply");
export const divide = binary("divide");

const unary = (op: "negate" | "square" | "sqrt" | "relu" | "step" | "sigmoid" | "softmax" | "log") => (a: Node) =>
  make(op, [a], a.shape, {});
export const negate = unary("negate");
export const square = unary("square");
export const sqrt = unary("sqrt");
export const relu = unary("relu");
export const step = unary("step");
export const sigmoid = unary("sigmoid");
export const softmax = unary("softmax");
export const log = unary("log");

/** x · sigmoid(x). */
export const silu = (x: Node) => multiply(x, sigmoid(x));

/** max(x, 0)² (arXiv 2109.08668). */
export const squaredRelu = (x: Node) => make("squaredRelu", [x, relu(x)], x.shape, {});

/** scale · A B, each of A and B transposed first if so said. */
export function matmul(
  a: Node,
  b: Node,
  options: { transposeA?: boolean; transposeB?: boolean; scale?: number } = {},
): Node {
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  const [rows, inner] = transposeA ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [innerB, cols] = transposeB ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== innerB) {
    throw new RangeError(
      `cannot multiply (${a.shape})${transposeA ? "ᵀ" : ""} by (${b.shape})${transposeB ? "ᵀ" : ""}`,
    );
  }
  return make("matmul", [a, b], [rows as number, cols as number], { transposeA, transposeB, scale });
}

/** A node times a number: inside the Gemm if it is one, because a pass over its result costs as much as its bytes. */
export function scaled(a: Node, factor: number): Node {
  if (a.op !== "matmul") return multiply(a, scalar(factor));
  const { inputs, attributes } = a as Node<"matmul">;
  return make("matmul", inputs, a.shape, { ...attributes, scale: attributes.scale * factor });
}

/** (b, m, k) × (b, k, n) = (b, m, n), each of the b products by itself. */
export function batchMatmul(a: Node, b: Node): Node {
  const lead = a.shape.slice(0, -2);
  if (a.shape.at(-1) !== b.shape.at(-2) || String(lead) !== String(b.shape.slice(0, -2))) {
    throw new RangeError(`cannot multiply (${a.shape}) by (${b.shape})`);
  }
  return make("batchMatmul", [a, b], [...lead, a.shape.at(-2) as number, b.shape.at(-1) as number], {});
}

/** softmax(scores) · values: scores (groups, n, m), values (m, groups, d) to (n, groups, d). */
export function attend(scores: Node, values: Node): Node {
  const [groups, n, m] = scores.shape as [number, number, number];
  const [rows, valueGroups, d] = values.shape as [number, number, number];
  if (groups !== valueGroups || m !== rows) {
    throw new RangeError(`cannot attend with (${scores.shape}) to (${values.shape})`);
  }
  return make("attend", [scores, softmax(scores), values], [n, groups, d], {});
}

/** The same values in row-major order in another shape of the same size. */
export function reshape(a: Node, shape: Shape): Node {
  if (sizeOf(a.shape) !== sizeOf(shape)) throw new RangeError(`cannot reshape (${a.shape}) to (${shape})`);
  return make("reshape", [a], shape, {});
}

/** Axis i of the result is axis permutation[i] of the input. */
export const transpose = (a: Node, permutation: readonly number[]) =>
  make(
    "transpose",
    [a],
    permutation.map((axis) => a.shape[axis] as number),
    { permutation },
  );

/** Exchanges the last two axes. */
export function swapLast(a: Node): Node {
  const axes = a.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  [axes[last - 1], axes[last]] = [last, last - 1];
  return transpose(a, axes);
}

/** The sum over the last axis, which stays with size 1. */
export const sumLast = (a: Node) => make("sumLast", [a], [...a.shape.slice(0, -1), 1], {});
/** The sum of all entries, a scalar. */
export const sumAll = (a: Node) => make("sumAll", [a], [], {});

/** The mean over the last axis, which stays with size 1. */
export const meanLast = (a: Node) => multiply(sumLast(a), scalar(1 / (a.shape.at(-1) as number)));

/** x / √(mean(x²) + ε) over the last axis (arXiv 1910.07467), from plain operations: a fused one differs between providers. */
export const rmsNorm = (x: Node, epsilon: number) =>
  make("rmsNorm", [x, sqrt(add(meanLast(square(x)), scalar(epsilon)))], x.shape, {});

/** Rows of a table (rows, width) by int32 indices (n): (n, width). */
export const gatherRows = (table: Node, indices: Node) =>
  make("gatherRows", [table, indices], [indices.shape[0] as number, table.shape[1] as number], {});
/** Adds rows (n, width) into a table of zeros (tableRows, width) at int32 indices (n); equal indices add up. */
export const scatterRows = (rows: Node, indices: Node, tableRows: number) =>
  make("scatterRows", [rows, indices], [tableRows, rows.shape[1] as number], {});
/** From each row of (n, width) the entry at its index (n): (n, 1). */
export const pick = (rows: Node, indices: Node) => make("pick", [rows, indices], [rows.shape[0] as number, 1], {});
/** Rotary positions (arXiv 2104.09864) on queries or keys. */
export const rotary = (a: Node, attributes: OpTypes["rotary"]) => make("rotary", [a], a.shape, attributes);

/** Probabilities of every next token, softmax(h Eᵀ). */
export const nextTokenProbabilities = (hidden: Node, head: Node) => softmax(matmul(hidden, head, { transposeB: true }));
/** Mean negative log-likelihood in nats of the targets (n); hidden and head are there for its gradient. */
export const crossEntropy = (probabilities: Node, hidden: Node, head: Node, targets: Node) =>
  make("crossEntropy", [probabilities, hidden, head, targets], [], {});

/** Undoes broadcasting: sums a gradient down to the shape of the input it belongs to. A constant needs none. */
export function sumTo(gradient: Node, target: Node): Node | undefined {
  const { shape } = target;
  if (target.op === "constant") return undefined;
  if (String(gradient.shape) === String(shape)) return gradient;
  if (sizeOf(shape) === 1) return reshape(sumAll(gradient), shape);
  if (
    gradient.shape.length === shape.length &&
    shape.at(-1) === 1 &&
    String(gradient.shape.slice(0, -1)) === String(shape.slice(0, -1))
  ) {
    return sumLast(gradient);
  }
  throw new RangeError(`cannot sum a gradient of shape (${gradient.shape}) to (${shape})`);
}

function broadcast(a: Shape, b: Shape): Shape {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const x = a[i - length + a.length] ?? 1;
    const y = b[i - length + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`shapes (${a}) and (${b}) do not go together`);
    return Math.max(x, y);
  });
}
