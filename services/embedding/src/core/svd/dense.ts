import { createGraphBuilder, type InferenceSession, openSession, Tensor } from "@climb/onnx";

/** Products of blocks of tall matrices, rows × width, in double precision. */
export interface Dense {
  /** leftᵀ right, width × width. */
  cross(left: Float64Array, right: Float64Array, width: number): Promise<Float64Array>;
  /** block · coefficients, rows × width. */
  times(block: Float64Array, coefficients: Float64Array, width: number): Promise<Float64Array>;
}

/** Opens both products on ONNX Runtime, whose matrix products are several times as fast as loops here. */
export async function openDense(): Promise<Dense> {
  const [crossing, multiplying] = await Promise.all([openSession(productModel(1)), openSession(productModel(0))]);
  const product = async (session: InferenceSession, a: Tensor, b: Tensor) =>
    (await session.run({ a, b })).product?.data as Float64Array;
  const tall = (data: Float64Array, width: number) => new Tensor("float64", data, [data.length / width, width]);
  return {
    cross: (left, right, width) => product(crossing, tall(left, width), tall(right, width)),
    times: (block, coefficients, width) => product(multiplying, tall(block, width), tall(coefficients, width)),
  };
}

/** a · b, or aᵀ · b. */
function productModel(transA: 0 | 1): Uint8Array {
  const graph = createGraphBuilder("product");
  const a = graph.input("a", "float64", ["m", "k"]);
  const b = graph.input("b", "float64", ["l", "n"]);
  graph.output("product", graph.node("Gemm", [a, b], { transA }), "float64", ["p", "n"]);
  return graph.build();
}
