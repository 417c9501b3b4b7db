import type { Random } from "@climb/numeric";
import type { Points } from "./points.js";

// Enough rows per centroid for the start to see each group, few enough that it costs less than one or two iterations.
const rowsPerCentroid = 32;
const smallestSample = 4096;
const largestSample = 16384;
// Candidates per step: greedy k-means++, the best of three draws (Arthur and Vassilvitskii 2007, section 7).
const candidates = 3;

/**
 * Greedy k-means++ (Arthur and Vassilvitskii, 2007) on a seeded sample of the points: each centroid is the one of three
 * points, drawn with probability proportional to the squared distance to the nearest centroid so far, that lowers the
 * objective most.
 */
export function plusPlusStart(points: Points, clusters: number, random: Random): Points {
  const { dimensions } = points;
  const wanted = Math.min(largestSample, Math.max(smallestSample, rowsPerCentroid * clusters));
  const sample = sampleRows(points, Math.max(clusters, wanted), random);
  const centroids = new Float32Array(clusters * dimensions);
  const copy = (row: number, to: number) =>
    centroids.set(sample.values.subarray(row * dimensions, (row + 1) * dimensions), to * dimensions);

  const first = random.int(sample.rows);
  copy(first, 0);
  let distances = new Float64Array(sample.rows).fill(Number.POSITIVE_INFINITY);
  distances = nearerOf(sample, first, distances).distances;
  for (let k = 1; k < clusters; k++) {
    let best: { row: number; total: number; distances: Float64Array<ArrayBuffer> } | undefined;
    for (let c = 0; c < candidates; c++) {
      const row = draw(distances, random);
      const tried = nearerOf(sample, row, distances);
      if (best === undefined || tried.total < best.total) best = { row, ...tried };
    }
    if (best === undefined) break;
    copy(best.row, k);
    distances = best.distances;
  }
  return { values: centroids, rows: clusters, dimensions };
}

/** `count` different rows in their order, or all of them if there are not more. */
export function sampleRows(points: Points, count: number, random: Random): Points {
  if (count >= points.rows) return points;
  const { dimensions } = points;
  const values = new Float32Array(count * dimensions);
  sampleIndexes(points.rows, count, random).forEach((from, to) => {
    values.set(points.values.subarray(from * dimensions, (from + 1) * dimensions), to * dimensions);
  });
  return { values, rows: count, dimensions };
}

/** `count` different indexes below `total`, ascending (Knuth's selection sampling, TAOCP 3.4.2 algorithm S). */
export function sampleIndexes(total: number, count: number, random: Random): number[] {
  const chosen: number[] = [];
  const wanted = Math.min(count, total);
  for (let i = 0; i < total && chosen.length < wanted; i++) {
    if ((total - i) * random.float() < wanted - chosen.length) chosen.push(i);
  }
  return chosen;
}

function draw(weights: Float64Array, random: Random): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i] as number;
  // All points coincide with centroids: any will do, the reseeding of empty clusters takes it from there.
  if (!(total > 0)) return random.int(weights.length);
  let rest = random.float() * total;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!((weights[i] as number) > 0)) continue;
    last = i;
    rest -= weights[i] as number;
    if (rest < 0) return i;
  }
  return last;
}

function nearerOf({ values, rows, dimensions }: Points, to: number, known: Float64Array) {
  const distances = new Float64Array(rows);
  const centre = to * dimensions;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    const from = r * dimensions;
    let distance = 0;
    for (let i = 0; i < dimensions; i++) {
      const difference = (values[from + i] as number) - (values[centre + i] as number);
      distance += difference * difference;
    }
    const nearer = Math.min(distance, known[r] as number);
    distances[r] = nearer;
    total += nearer;
  }
  return { distances, total };
}
