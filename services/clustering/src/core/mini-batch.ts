import { assignHere, mergeChunks } from "./chunks.js";
import { type KMeansOptions, type KMeansResult, kMeans, normaliseRows } from "./kmeans.js";
import type { NearestFactory, Points } from "./points.js";
import { plusPlusStart, sampleRows } from "./seeding.js";

/** Batches over which the movement of the centroids is averaged before it is judged. */
const JUDGED = 10;

export interface MiniBatchOptions extends KMeansOptions {
  /** Points of a batch. */
  batchRows: number;
  nearest: NearestFactory;
}

/**
 * Mini-batch k-means (Sculley 2010, "Web-scale k-means clustering"): each batch moves its centroids by the share that it
 * has of all points that they have seen, and one Lloyd iteration over all points ends it. Less work than Lloyd's iterations where
 * there are many points a centroid, for an objective a few per cent higher.
 * @throws RangeError if there are fewer points than clusters.
 */
export async function miniBatchKMeans(points: Points, options: MiniBatchOptions): Promise<KMeansResult> {
  const { clusters, maxIterations, tolerance, random, batchRows, nearest, spherical = false } = options;
  if (clusters > points.rows) throw new RangeError(`${clusters} clusters for ${points.rows} points`);
  let centroids = options.start ?? plusPlusStart(points, clusters, random);
  const seen = new Float64Array(centroids.rows);
  const moved: number[] = [];
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const batch = sampleRows(points, batchRows, random.child("batch", iteration));
    const { sizes, totals } = mergeChunks(await assignHere(batch, nearest)(centroids), batch.rows);
    const values = Float32Array.from(centroids.values);
    let movement = 0;
    for (let k = 0; k < sizes.length; k++) {
      const size = sizes[k] as number;
      if (size === 0) continue;
      seen[k] = (seen[k] as number) + size;
      const share = size / (seen[k] as number);
      for (let i = k * points.dimensions; i < (k + 1) * points.dimensions; i++) {
        const step = share * ((totals[i] as number) / size - (values[i] as number));
        values[i] = (values[i] as number) + step;
        movement += step * step;
      }
    }
    centroids = { ...centroids, values };
    if (spherical) normaliseRows(centroids);
    moved.push(movement / sizes.length);
    options.onIteration?.(iteration, movement);
    const recent = moved.slice(-JUDGED);
    if (recent.length === JUDGED && recent.reduce((sum, value) => sum + value, 0) / JUDGED <= tolerance) break;
  }
  // Clusters that lost all their points restart, and the objective is that of all points.
  const last = await kMeans(points, { ...options, start: centroids, maxIterations: 2, tolerance: 0 });
  return { ...last, iterations: moved.length };
}
