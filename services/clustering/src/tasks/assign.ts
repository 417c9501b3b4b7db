import { squaredDistances } from "../core/kmeans.js";
import { nearest } from "./nearest.js";

/** Nearest cluster of each vector, for callers who wait. */
export interface AssignTask {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  /** (rows, dimensions). */
  vectors: Float32Array;
  dimensions: number;
}

export interface Assigned {
  clusters: Int32Array;
  squaredDistances: Float64Array;
}

/** The nearest centroid of each row, and how far it is. */
export async function assign({ centroids, vectors, dimensions }: AssignTask): Promise<Assigned> {
  const centres = { values: centroids, rows: centroids.length / dimensions, dimensions };
  const points = { values: vectors, rows: vectors.length / dimensions, dimensions };
  const clusters = await (await (await nearest)(centres))(points);
  return { clusters, squaredDistances: squaredDistances(points, centres, clusters) };
}
