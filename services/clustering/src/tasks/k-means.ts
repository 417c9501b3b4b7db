import { seeded } from "@climb/numeric";
import type { TaskContext } from "@climb/runtime/worker";
import { type AssignChunks, assignHere, chunkCount } from "../core/chunks.js";
import { kMeans } from "../core/kmeans.js";
import { miniBatchKMeans } from "../core/mini-batch.js";
import type { NearestFactory, Points } from "../core/points.js";
import { sampleIndexes } from "../core/seeding.js";
import { fitSampleSize } from "../core/sizes.js";
import { openChunkThreads } from "./chunk-threads.js";
import { nearest } from "./nearest.js";
import { readRows, type VectorShard } from "./vectors.js";

/** One start of k-means on the sample that all starts of a set share. */
export interface KMeansTask {
  shards: VectorShard[];
  dimensions: number;
  clusters: number;
  /** Which of the starts: 0, 1, … */
  restart: number;
  maxIterations: number;
  tolerance: number;
  seed: number;
  spherical: boolean;
  /** Points of a batch; 0: all points in every iteration. */
  batchRows: number;
  /** Threads that share this start; the bits do not depend on it. */
  threads: number;
}

export interface KMeansStart {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  objective: number;
  iterations: number;
}

/** Runs one start to its end; the same bits with any number of threads. */
export async function runKMeans(task: KMeansTask, { progress }: TaskContext<number>): Promise<KMeansStart> {
  const { shards, dimensions, clusters, restart, maxIterations, tolerance, seed, spherical, batchRows, threads } = task;
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const random = seeded(seed);
  const sample = sampleIndexes(rows, fitSampleSize(rows, clusters), random.child("sample"));
  const points = await readRows(shards, dimensions, sample);
  const factory = await nearest;
  return withAssign(points, threads, factory, async (assign) => {
    const options = {
      clusters,
      maxIterations,
      tolerance,
      random: random.child("start", restart),
      assign,
      spherical,
      onIteration: progress,
    };
    const { centroids, objective, iterations } =
      batchRows > 0
        ? await miniBatchKMeans(points, { ...options, batchRows, nearest: factory })
        : await kMeans(points, options);
    return { centroids: centroids.values, objective, iterations };
  });
}

/** Shares the chunks among helper threads where there are several of both. */
export async function withAssign<T>(
  points: Points,
  threads: number,
  factory: NearestFactory,
  work: (assign: AssignChunks) => Promise<T>,
): Promise<T> {
  const chunks = chunkCount(points.rows);
  if (threads < 2 || chunks < 2) return work(assignHere(points, factory));
  const helpers = openChunkThreads(points, Math.min(threads, chunks));
  try {
    return await work(helpers.assign);
  } finally {
    await helpers.close();
  }
}
