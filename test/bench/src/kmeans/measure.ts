import { availableParallelism } from "node:os";
import { kMeans } from "@climb/clustering/core/kmeans";
import { openNearest } from "@climb/clustering/core/nearest";
import type { Points } from "@climb/clustering/core/points";
import { sampleRows } from "@climb/clustering/core/seeding";
import { withAssign } from "@climb/clustering/tasks/k-means";
import { seeded } from "@climb/numeric";
import { openSgemmPeak } from "../sgemm-peak.js";
import { readNpy } from "./npy.js";

export interface KMeansFigures {
  /** Of the iterations alone, on all cores: reading, the start and the threads' own start are not in it. */
  seconds: number;
  /** Points times iterations a second. */
  pointsPerSecond: number;
  /** Products of points and centroids, 10⁹ operations a second. */
  gflops: number;
  /** gflops / (cores · products of 768 × 768 matrices on one core, measured before and after). */
  share: number;
  /** Mean squared distance to the centroids of the last iteration. */
  objective: number;
  points: number;
  dimensions: number;
  clusters: number;
  iterations: number;
  threads: number;
}

const GENERATED = { points: 100_000, dimensions: 384, clusters: 1000 };
const ITERATIONS = 10;
const PEAK_MS = 500;

/**
 * Ten iterations of k-means from a given start.
 * @param options.data (points, dimensions) .npy; default: 100,000 generated unit vectors of 384 dimensions around 1000 centres
 * @param options.init (clusters, dimensions) .npy; default: 1000 of the points
 * @throws RangeError if a file is not as expected
 */
export async function measureKMeans(
  options: { data?: string; init?: string; threads?: number } = {},
): Promise<KMeansFigures> {
  const threads = options.threads ?? availableParallelism();
  const points = options.data ? await readNpy(options.data) : generated();
  const clusters = Math.min(GENERATED.clusters, points.rows);
  const start = options.init ? await readNpy(options.init) : sampleRows(points, clusters, seeded("start"));
  if (start.dimensions !== points.dimensions) {
    throw new RangeError(`the start has ${start.dimensions} dimensions, the points have ${points.dimensions}`);
  }
  const peak = await openSgemmPeak(() => performance.now());
  const before = await peak.stretch(PEAK_MS);
  const { objective, seconds } = await withAssign(points, threads, await openNearest(), async (assign) => {
    // Every thread has its session before the clock runs.
    await assign(start);
    const started = performance.now();
    const result = await kMeans(points, {
      clusters: start.rows,
      maxIterations: ITERATIONS,
      // Never converged: all the iterations are taken.
      tolerance: Number.NEGATIVE_INFINITY,
      random: seeded("unused"),
      assign,
      start,
    });
    return { objective: result.objective, seconds: (performance.now() - started) / 1000 };
  });
  const after = await peak.stretch(PEAK_MS);
  await peak.close();
  const operations = 2 * points.rows * start.rows * points.dimensions * ITERATIONS;
  const gflops = operations / seconds / 1e9;
  return {
    seconds,
    pointsPerSecond: (points.rows * ITERATIONS) / seconds,
    gflops,
    share: gflops / (threads * ((before + after) / 2)),
    objective,
    points: points.rows,
    dimensions: points.dimensions,
    clusters: start.rows,
    iterations: ITERATIONS,
    threads,
  };
}

function generated(): Points {
  const { points: rows, dimensions, clusters } = GENERATED;
  const random = seeded("k-means bench");
  const centres = Float32Array.from({ length: clusters * dimensions }, () => random.normal());
  const values = new Float32Array(rows * dimensions);
  for (let r = 0; r < rows; r++) {
    const [at, centre] = [r * dimensions, random.int(clusters) * dimensions];
    let squares = 0;
    for (let i = 0; i < dimensions; i++) {
      const value = 0.35 * (centres[centre + i] as number) + random.normal();
      values[at + i] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    for (let i = 0; i < dimensions; i++) values[at + i] = (values[at + i] as number) / norm;
  }
  return { values, rows, dimensions };
}
