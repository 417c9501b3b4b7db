import { batchMatmul, matmul, swapLast } from "../build.js";
import { type Ops, pair, plain } from "./op.js";

/** Products of matrices, where nine tenths of the operations of a training step are. */
export const PRODUCTS: Ops<"matmul" | "batchMatmul"> = {
  matmul: {
    emit: (graph, inputs, { attributes: { transposeA, transposeB, scale } }) =>
      graph.node("Gemm", inputs, { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: scale } }),
    gradient: (g, { inputs, attributes: { transposeA, transposeB, scale } }) => {
      const [a, b] = pair(inputs);
      return [
        transposeA
          ? matmul(b, g, { transposeA: transposeB, transposeB: true, scale })
          : matmul(g, b, { transposeB: !transposeB, scale }),
        transposeB
          ? matmul(g, a, { transposeA: true, transposeB: transposeA, scale })
          : matmul(a, g, { transposeA: !transposeA, scale }),
      ];
    },
  },
  batchMatmul: {
    emit: plain("MatMul"),
    gradient: (g, { inputs }) => {
      const [a, b] = pair(inputs);
      return [batchMatmul(g, swapLast(b)), batchMatmul(swapLast(a), g)];
    },
  },
};
