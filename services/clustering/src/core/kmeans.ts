import type { Random } from "@climb/numeric";
import { type AssignChunks, type Chunk, mergeChunks } from "./chunks.js";
import type { Points } from "./points.js";
import { plusPlusStart } from "./seeding.js";

export interface KMeansOptions {
  /** Number of centroids, from 1 to the number of points. */
  clusters: number;
  /** At most this many Lloyd iterations. */
  maxIterations: number;
  /** Stop when the objective falls by less than this share of itself. */
  tolerance: number;
  random: Random;
  /** How the points are assigned: here, or shared among threads. */
  assign: AssignChunks;
  /** Keep centroids at length one, so that vectors of length one are compared by their angle (Dhillon and Modha 2001). */
  spherical?: boolean;
  /** Centroids to start with; default: k-means++. */
  start?: Points;
  /** Called after each iteration; may throw to stop. */
  onIteration?: (iteration: number, objective: number) => void;
}

export interface KMeansResult {
  centroids: Points;
  /** Mean squared distance of the points to their centroid, in float64. */
  objective: number;
  /** Points of each cluster. */
  sizes: Float64Array;
  iterations: number;
}

/**
 * One run of Lloyd's algorithm from a k-means++ start. Sums are float64 in the order of the rows and chunks, so the bits
 * depend on the points, the options and the seed alone, not on who computes them. A cluster that loses all its points restarts at the point farthest from
 * its centroid.
 * @throws RangeError if there are fewer points than clusters.
 */
export async function kMeans(points: Points, options: KMeansOptions): Promise<KMeansResult> {
  const { clusters, maxIterations, tolerance, random, assign, spherical = false } = options;
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > points.rows) {
    throw new RangeError(`k-means needs from 1 to ${points.rows} clusters for ${points.rows} points, got ${clusters}`);
  }
  let centroids = options.start ?? plusPlusStart(points, clusters, random);
  const squaredNorms = sumOfSquares(points.values);
  let objective = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let best: KMeansResult | undefined;
  while (iterations < maxIterations) {
    iterations++;
    const sums = mergeChunks(await assign(centroids), points.rows);
    const now = objectiveOf(squaredNorms, sums, centroids) / points.rows;
    // The objective belongs to the centroids that the points were assigned to; those are what is returned.
    best = { centroids, objective: now, sizes: sums.sizes, iterations };
    options.onIteration?.(iterations, now);
    const empty = emptyClusters(sums.sizes);
    if (empty.length === 0 && objective - now <= tolerance * now) break;
    objective = now;
    const next = meansOf(sums, centroids);
    reseed(next, empty, points, centroids, sums.assignment);
    if (spherical) normaliseRows(next);
    centroids = next;
  }
  if (best === undefined) throw new RangeError(`k-means needs at least one iteration, got ${maxIterations}`);
  return best;
}

/** The result with the lowest objective, the first of equals. @throws RangeError if there is none. */
export function bestOf<T extends { objective: number }>(results: readonly T[]): T {
  let best = results[0];
  if (best === undefined) throw new RangeError("there is no k-means result to choose from");
  for (const result of results) if (result.objective < best.objective) best = result;
  return best;
}

/** Σ‖x − c‖² = Σ‖x‖² − Σ_k (2 S_k·c_k − n_k ‖c_k‖²), S_k the sum of cluster k: exact without a second pass. */
function objectiveOf(squaredNorms: number, { sizes, totals }: Chunk, centroids: Points): number {
  let gain = 0;
  for (let k = 0; k < sizes.length; k++) {
    for (let i = 0; i < centroids.dimensions; i++) {
      const at = k * centroids.dimensions + i;
      const c = centroids.values[at] as number;
      gain += c * (2 * (totals[at] as number) - (sizes[k] as number) * c);
    }
  }
  return Math.max(0, squaredNorms - gain);
}

function meansOf({ sizes, totals }: Chunk, previous: Points): Points {
  const { dimensions } = previous;
  const values = Float32Array.from(previous.values);
  for (let k = 0; k < sizes.length; k++) {
    const size = sizes[k] as number;
    if (size === 0) continue;
    for (let i = k * dimensions; i < (k + 1) * dimensions; i++) values[i] = (totals[i] as number) / size;
  }
  return { values, rows: previous.rows, dimensions };
}

/** Scales rows to length one, in place; a row of zeros stays. */
export function normaliseRows({ values, rows, dimensions }: Points): void {
  for (let r = 0; r < rows; r++) {
    const row = values.subarray(r * dimensions, (r + 1) * dimensions);
    const length = Math.sqrt(sumOfSquares(row)) || 1;
    for (let i = 0; i < dimensions; i++) row[i] = (row[i] as number) / length;
  }
}

function emptyClusters(sizes: Float64Array): number[] {
  return Array.from(sizes.keys()).filter((k) => sizes[k] === 0);
}

function reseed(next: Points, empty: number[], points: Points, centroids: Points, assignment: Int32Array): void {
  if (empty.length === 0) return;
  const distances = squaredDistances(points, centroids, assignment);
  const farthest = Array.from(distances.keys()).sort(
    (a, b) => (distances[b] as number) - (distances[a] as number) || a - b,
  );
  const { dimensions } = points;
  empty.forEach((cluster, i) => {
    const row = (farthest[i] as number) * dimensions;
    next.values.set(points.values.subarray(row, row + dimensions), cluster * dimensions);
  });
}

/** Squared Euclidean distance of each row to the centroid it is assigned to, in float64. */
export function squaredDistances(points: Points, centroids: Points, assignment: Int32Array): Float64Array {
  const { values, rows, dimensions } = points;
  const distances = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const [x, c] = [r * dimensions, (assignment[r] as number) * dimensions];
    let total = 0;
    for (let i = 0; i < dimensions; i++) {
      const difference = (values[x + i] as number) - (centroids.values[c + i] as number);
      total += difference * difference;
    }
    distances[r] = total;
  }
  return distances;
}

function sumOfSquares(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += (values[i] as number) * (values[i] as number);
  return total;
}
