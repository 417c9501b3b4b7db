import { divide, multiply, negate, scalar, scaled, step, subtract, sumLast, sumTo } from "../build.js";
import type { Node } from "../node.js";
import { type Ops, pair, plain } from "./op.js";

/** Operations on each entry, and softmax, which is on each row. */
export const ELEMENTWISE: Ops<
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "negate"
  | "square"
  | "sqrt"
  | "relu"
  | "squaredRelu"
  | "step"
  | "sigmoid"
  | "softmax"
  | "log"
> = {
  add: {
    emit: plain("Add"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [sumTo(g, a), sumTo(g, b)];
    },
  },
  subtract: {
    emit: plain("Sub"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [sumTo(g, a), sumTo(negate(g), b)];
    },
  },
  multiply: {
    emit: plain("Mul"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [sumTo(multiply(g, b), a), sumTo(multiply(g, a), b)];
    },
  },
  divide: {
    emit: plain("Div"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      const toNumerator = divide(g, b);
      return [sumTo(toNumerator, a), sumTo(negate(multiply(toNumerator, divide(a, b))), b)];
    },
  },
  negate: { emit: plain("Neg"), gradient: (g) => [negate(g)] },
  square: {
    emit: (graph, [a = ""]) => graph.node("Mul", [a, a]),
    gradient: (g, { inputs: [a] }) => [multiply(multiply(g, a as Node), scalar(2))],
  },
  sqrt: {
    emit: plain("Sqrt"),
    // d√a = g / (2√a); the node itself is the root.
    gradient: (g, node) => [divide(multiply(g, scalar(0.5)), node)],
  },
  relu: {
    emit: plain("Relu"),
    // The sign of relu(a) is its derivative, 0 at 0 as in PyTorch.
    gradient: (g, node) => [multiply(g, step(node))],
  },
  squaredRelu: {
    emit: (graph, [, rectified = ""]) => graph.node("Mul", [rectified, rectified]),
    // 2 · relu(x) is 0 where relu is flat, so that no step is needed.
    gradient: (g, { inputs: [, rectified] }) => [multiply(scaled(g, 2), rectified as Node), undefined],
  },
  step: { emit: plain("Sign"), gradient: () => [undefined] },
  sigmoid: {
    emit: plain("Sigmoid"),
    gradient: (g, node) => [multiply(g, multiply(node, subtract(scalar(1), node)))],
  },
  softmax: {
    emit: (graph, inputs) => graph.node("Softmax", inputs, { axis: -1 }),
    gradient: (g, node) => {
      const weighted = multiply(g, node);
      return [subtract(weighted, multiply(node, sumLast(weighted)))];
    },
  },
  log: { emit: plain("Log"), gradient: (g, { inputs: [a] }) => [divide(g, a as Node)] },
};
