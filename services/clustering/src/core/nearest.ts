import { createGraphBuilder, openSession, Tensor } from "@climb/onnx";
import { type NearestFactory, rowsOf } from "./points.js";

// Fixed, because the batch decides how the product is blocked and so its last bits.
const batchRows = 1024;

/**
 * Opens the exact nearest-centroid search as one matrix product: ‖x − c‖² is least where x·c − ½‖c‖² is largest, so
 * Gemm (transposed centroids, bias −½‖c‖²) and ArgMax do it. The session takes centroids as an input and serves every
 * iteration.
 */
export async function openNearest(executionProviders?: readonly string[]): Promise<NearestFactory> {
  const session = await openSession(nearestModel(), executionProviders ? { executionProviders } : {});
  return async ({ values, rows: clusters, dimensions }) => {
    const centroids = new Tensor("float32", own(values), [clusters, dimensions]);
    const bias = new Tensor("float32", halfSquaredNorms(values, clusters, dimensions), [clusters]);
    return async (points) => {
      const nearest = new Int32Array(points.rows);
      for (let start = 0; start < points.rows; start += batchRows) {
        const { values: batch, rows } = rowsOf(points, start, batchRows);
        const found = await session.run({
          points: new Tensor("float32", own(batch), [rows, dimensions]),
          centroids,
          bias,
        });
        nearest.set(found.nearest?.data as Int32Array, start);
      }
      return nearest;
    };
  };
}

/** The runtime takes no memory that is shared between threads. */
function own(values: Float32Array): Float32Array {
  return values.buffer instanceof SharedArrayBuffer ? values.slice() : values;
}

/** points (rows, dimensions), centroids (clusters, dimensions), bias (clusters) → nearest (rows), int32. */
function nearestModel(): Uint8Array {
  const graph = createGraphBuilder("nearest-centroid");
  const points = graph.input("points", "float32", ["rows", "dimensions"]);
  const centroids = graph.input("centroids", "float32", ["clusters", "dimensions"]);
  const bias = graph.input("bias", "float32", ["clusters"]);
  const scores = graph.node("Gemm", [points, centroids, bias], { transB: 1 });
  const best = graph.node("ArgMax", [scores], { axis: 1, keepdims: 0 });
  graph.output("nearest", graph.node("Cast", [best], { to: 6 }), "int32", ["rows"]);
  return graph.build();
}

function halfSquaredNorms(values: Float32Array, clusters: number, dimensions: number): Float32Array {
  return Float32Array.from({ length: clusters }, (_, k) => {
    let total = 0;
    for (let i = k * dimensions; i < (k + 1) * dimensions; i++) total += (values[i] as number) ** 2;
    return -total / 2;
  });
}
