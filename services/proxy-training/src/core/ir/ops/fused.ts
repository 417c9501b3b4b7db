import {
  batchMatmul,
  divide,
  gatherRows,
  matmul,
  meanLast,
  multiply,
  scalar,
  scatterRows,
  subtract,
  sumLast,
  swapLast,
} from "../build.js";
import { type Node, shapeOf } from "../node.js";
import { longs, type Ops, plain } from "./op.js";

/** Operations whose gradient is much shorter than that of their parts. */
export const FUSED: Ops<"rmsNorm" | "attend" | "crossEntropy"> = {
  rmsNorm: {
    emit: plain("Div"),
    // y = x / r, r = √(mean(x²) + ε): dx = (g − y · mean(g · y)) / r.
    gradient: (g, node) => {
      const rms = node.inputs[1] as Node;
      return [divide(subtract(g, multiply(node, meanLast(multiply(g, node)))), rms), undefined];
    },
  },
  attend: {
    emit: (graph, [, weights = "", values = ""]) => graph.node("MatMul", [weights, values]),
    // With O = P V: dS = P ∘ (dO Vᵀ − rowsum(dO ∘ O)), because rowsum(dP ∘ P) = rowsum(dO ∘ O), which is over d entries
    // instead of m (arXiv 2205.14135, appendix B.2).
    gradient: (g, node) => {
      const [, weights, values] = node.inputs as [Node, Node, Node];
      const toScores = multiply(weights, subtract(batchMatmul(g, swapLast(values)), sumLast(multiply(g, node))));
      return [toScores, undefined, batchMatmul(swapLast(weights), g)];
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
