import { seeded } from "@climb/numeric";
import { kMeans, type NearestFactory } from "../core/kmeans.js";
import { sampleIndexes } from "../core/seeding.js";
import { fitSampleSize } from "../core/sizes.js";
import { readRows, type VectorShard } from "../vectors.js";

/** One start of k-means on the sample that all starts of a set share. */
export interface KMeansTask {
  kind: "kMeans";
  shards: VectorShard[];
  dimensions: number;
  clusters: number;
  /** Which of the starts: 0, 1, … */
  restart: number;
  maxIterations: number;
  tolerance: number;
  seed: number;
}

export interface KMeansStart {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  objective: number;
  iterations: number;
}

export async function runKMeans(
  task: KMeansTask,
  nearest: NearestFactory,
  onIteration: (iteration: number) => void,
): Promise<KMeansStart> {
  const { shards, dimensions, clusters, restart, maxIterations, tolerance, seed } = task;
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const random = seeded(seed);
  const sample = sampleIndexes(rows, fitSampleSize(rows, clusters), random.child("sample"));
  const points = await readRows(shards, dimensions, sample);
  const { centroids, objective, iterations } = await kMeans(points, {
    clusters,
    maxIterations,
    tolerance,
    random: random.child("start", restart),
    nearest,
    onIteration,
  });
  return { centroids: centroids.values, objective, iterations };
}
