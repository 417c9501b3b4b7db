import type { GraphBuilder } from "@climb/onnx";
import type { GaussianProcess } from "../gaussian-process.js";

/** The posterior mean of a Gaussian process. @returns name of a (rows, 1) value */
export function emitGaussianProcess(
  graph: GraphBuilder,
  { centre, shifts, scales, points, weights, length, linear }: GaussianProcess,
  mixtures: string,
  features: string | undefined,
): string {
  const [n, d] = [points.rows, points.cols];
  const constant = (shape: number[], values: ArrayLike<number>) =>
    graph.constant("float32", shape, Float32Array.from(values));
  const number = (value: number) => constant([1, 1], [value]);
  const roots = graph.node("Sqrt", [mixtures]);
  const columns = features ? graph.node("Concat", [roots, features], { axis: 1 }) : roots;
  const centred = graph.node("Sub", [columns, constant([1, d], shifts)]);
  const x = graph.node("Div", [centred, constant([1, d], scales)]);
  const transposed = new Float32Array(d * n);
  for (let r = 0; r < n; r++) for (let c = 0; c < d; c++) transposed[c * n + r] = points.data[r * d + c] as number;
  const products = graph.node("MatMul", [x, constant([d, n], transposed)]);
  const squares = Float32Array.from({ length: n }, (_, r) =>
    points.data.subarray(r * d, (r + 1) * d).reduce((sum, value) => sum + value * value, 0),
  );
  const axis = graph.constant("int64", [1], BigInt64Array.of(1n));
  const own = graph.node("ReduceSum", [graph.node("Mul", [x, x]), axis], { keepdims: 1 });
  const doubled = graph.node("Mul", [products, number(-2)]);
  const distances = graph.node("Add", [graph.node("Add", [doubled, own]), constant([1, n], squares)]);
  const near = graph.node("Exp", [graph.node("Mul", [distances, number(-1 / (2 * length ** 2))])]);
  const kernel = graph.node("Add", [near, graph.node("Mul", [products, number(linear / d)])]);
  return graph.node("Add", [graph.node("MatMul", [kernel, constant([n, 1], weights)]), number(centre)]);
}
