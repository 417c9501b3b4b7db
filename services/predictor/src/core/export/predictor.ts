import { createGraphBuilder, type GraphBuilder } from "@climb/onnx";
import type { Predictor } from "../ensemble.js";
import type { Model } from "../models.js";
import type { TargetFit } from "../target-fit.js";
import { emitGaussianProcess } from "./gaussian-process.js";
import { emitTrees } from "./trees.js";

/** Exponents beyond this are flat, as in the law itself. */
const MAX_EXPONENT = 30;

/** The inputs of an exported predictor. */
interface Inputs {
  /** (rows, domains). */
  weights: string;
  /** (rows, features of the target); undefined for a target without features. */
  features: (string | undefined)[];
}

/**
 * A predictor as an ONNX model. Inputs: `weights` (rows, domains), each row on the simplex, and for each task whose
 * models look at training-free features `features.<task>` (rows, features), both float32. Outputs: `tasks` (rows, tasks)
 * and `objective` (rows, 1). Intervals are not part of it.
 */
export function exportPredictor(predictor: Predictor): Uint8Array {
  const graph = createGraphBuilder("mixture-predictor");
  const domains = predictor.domains.length;
  const inputs: Inputs = {
    weights: graph.input("weights", "float32", ["rows", domains]),
    features: predictor.targets.map((target) => {
      const count = featureCount(target, domains);
      return count > 0 ? graph.input(`features.${target.name}`, "float32", ["rows", count]) : undefined;
    }),
  };
  const tasks = predictor.targets.map((target, t) => emitFit(graph, target, inputs.weights, inputs.features[t]));
  const all = graph.node("Concat", tasks, { axis: 1 });
  const shares = graph.constant("float32", [tasks.length, 1], Float32Array.from(predictor.shares));
  const objective = predictor.single
    ? emitFit(graph, predictor.single, inputs.weights, undefined)
    : graph.node("MatMul", [all, shares]);
  graph.output("tasks", all, "float32", ["rows", tasks.length]);
  graph.output("objective", objective, "float32", ["rows", 1]);
  return graph.build();
}

/** How many feature columns the models of a task look at. */
export function featureCount(target: TargetFit, domains: number): number {
  const counts = target.members.map(({ model }) => {
    if (model.kind === "ridge") return model.ridge.features.length;
    if (model.kind === "gaussian-process") return model.fitted.shifts.length - domains;
    return model.kind === "trees" ? model.trees.binning.cuts.length - domains : 0;
  });
  return Math.max(0, ...counts);
}

function emitFit(graph: GraphBuilder, fit: TargetFit, weights: string, features: string | undefined): string {
  const parts = fit.members.map(({ model, weight }) => {
    const factor = graph.constant("float32", [1, 1], Float32Array.of(weight));
    return graph.node("Mul", [emitModel(graph, model, weights, features), factor]);
  });
  return parts.reduce((sum, part) => graph.node("Add", [sum, part]));
}

function emitModel(graph: GraphBuilder, model: Model, weights: string, features: string | undefined): string {
  const column = (values: Float64Array) => graph.constant("float32", [values.length, 1], Float32Array.from(values));
  const number = (value: number) => graph.constant("float32", [1, 1], Float32Array.of(value));
  switch (model.kind) {
    case "trees": {
      const columns = features ? graph.node("Concat", [weights, features], { axis: 1 }) : weights;
      return emitTrees(graph, columns, model.trees, model.scale);
    }
    case "log-linear": {
      const { c, k, t } = model.law;
      const exponent = graph.node("Add", [graph.node("MatMul", [weights, column(t)]), number(k)]);
      return graph.node("Add", [exponential(graph, exponent), number(c)]);
    }
    case "power-law": {
      const { c, k, b, epsilon, gamma, a } = model.law;
      const parts = graph.node("Pow", [weights, graph.constant("float32", [], Float32Array.of(gamma))]);
      const share = graph.node("Add", [graph.node("MatMul", [parts, column(a)]), number(epsilon)]);
      const power = graph.node("Mul", [graph.node("Log", [share]), number(-b)]);
      return graph.node("Add", [exponential(graph, graph.node("Add", [power, number(k)])), number(c)]);
    }
    case "gaussian-process":
      return emitGaussianProcess(graph, model.fitted, weights, features);
    case "ridge": {
      const { intercept, rootWeights, features: coefficients } = model.ridge;
      const roots = graph.node("MatMul", [graph.node("Sqrt", [weights]), column(rootWeights)]);
      const value = graph.node("Add", [roots, number(intercept)]);
      if (!features || coefficients.length === 0) return value;
      return graph.node("Add", [value, graph.node("MatMul", [features, column(coefficients)])]);
    }
    case "mean": {
      const zeros = graph.constant("float32", [], Float32Array.of(0));
      const rows = graph.node("ReduceSum", [graph.node("Mul", [weights, zeros]), longAxis(graph)], { keepdims: 1 });
      return graph.node("Add", [rows, number(model.value)]);
    }
  }
}

function exponential(graph: GraphBuilder, exponent: string): string {
  const bound = (value: number) => graph.constant("float32", [], Float32Array.of(value));
  return graph.node("Exp", [graph.node("Clip", [exponent, bound(-MAX_EXPONENT), bound(MAX_EXPONENT)])]);
}

function longAxis(graph: GraphBuilder): string {
  return graph.constant("int64", [1], BigInt64Array.of(1n));
}
