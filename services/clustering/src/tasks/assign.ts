import { squaredDistances } from "../core/kmeans.js";
import type { NearestFactory } from "../core/points.js";

/** Nearest cluster of each vector, for callers who wait. */
export interface AssignTask {
  kind: "assign";
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

export async function assign(
  { centroids, vectors, dimensions }: AssignTask,
  nearest: NearestFactory,
): Promise<Assigned> {
  const centres = { values: centroids, rows: centroids.length / dimensions, dimensions };
  const points = { values: vectors, rows: vectors.length / dimensions, dimensions };
  const clusters = await (await nearest(centres))(points);
  return { clusters, squaredDistances: squaredDistances(points, centres, clusters) };
}
