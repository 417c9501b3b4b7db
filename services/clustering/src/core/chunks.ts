import type { NearestFactory, Points } from "./points.js";
import { rowsOf } from "./points.js";

/**
 * Rows that are summed up together. Fixed, because it decides the order in which floats are added, and so the last bits:
 * they must not depend on how many threads share the work.
 */
export const CHUNK_ROWS = 8192;

/** What one chunk of the points contributes to an iteration. */
export interface Chunk {
  /** The cluster of each row. */
  assignment: Int32Array;
  /** Rows of each cluster. */
  sizes: Float64Array;
  /** (clusters, dimensions): the sum of each cluster's rows. */
  totals: Float64Array;
}

/**
 * Assigns all points to their nearest centroids; one chunk after the other in order, wherever they were made. The next
 * call overwrites them.
 */
export type AssignChunks = (centroids: Points) => Promise<Chunk[]>;

/** How many chunks rows are summed up in. */
export function chunkCount(rows: number): number {
  return Math.ceil(rows / CHUNK_ROWS);
}

/** Empty chunks for all points. */
export function chunksOf(points: Points, clusters: number, shared = false): Chunk[] {
  return Array.from({ length: chunkCount(points.rows) }, (_, i) => emptyChunk(points, i, clusters, shared));
}

/** An empty chunk, in memory that all threads see if `shared`. */
function emptyChunk(points: Points, index: number, clusters: number, shared = false): Chunk {
  const { rows, dimensions } = rowsOf(points, index * CHUNK_ROWS, CHUNK_ROWS);
  const memory = (bytes: number) => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  return {
    assignment: new Int32Array(memory(4 * rows)),
    sizes: new Float64Array(memory(8 * clusters)),
    totals: new Float64Array(memory(8 * clusters * dimensions)),
  };
}

/** Assigns the rows of a chunk and sums them up, into `chunk`. */
export async function assignChunk(
  points: Points,
  index: number,
  centroids: Points,
  nearest: NearestFactory,
  { assignment, sizes, totals }: Chunk,
): Promise<void> {
  const { values, rows, dimensions } = rowsOf(points, index * CHUNK_ROWS, CHUNK_ROWS);
  assignment.set(await (await nearest(centroids))({ values, rows, dimensions }));
  sizes.fill(0);
  totals.fill(0);
  for (let r = 0; r < rows; r++) {
    const cluster = assignment[r] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    const [from, to] = [r * dimensions, cluster * dimensions];
    for (let i = 0; i < dimensions; i++) {
      totals[to + i] = (totals[to + i] as number) + (values[from + i] as number);
    }
  }
}

/** Chunk after chunk, in this thread. */
export function assignHere(points: Points, nearest: NearestFactory): AssignChunks {
  let chunks: Chunk[] = [];
  return async (centroids) => {
    if (chunks.length === 0) chunks = chunksOf(points, centroids.rows);
    for (const [i, chunk] of chunks.entries()) await assignChunk(points, i, centroids, nearest, chunk);
    return chunks;
  };
}

/** The chunks as one. */
export function mergeChunks(chunks: readonly Chunk[], rows: number): Chunk {
  const [first] = chunks as [Chunk];
  if (chunks.length === 1) return first;
  const merged: Chunk = {
    assignment: new Int32Array(rows),
    sizes: new Float64Array(first.sizes.length),
    totals: new Float64Array(first.totals.length),
  };
  chunks.forEach(({ assignment, sizes, totals }, i) => {
    merged.assignment.set(assignment, i * CHUNK_ROWS);
    for (let k = 0; k < sizes.length; k++) merged.sizes[k] = (merged.sizes[k] as number) + (sizes[k] as number);
    for (let k = 0; k < totals.length; k++) merged.totals[k] = (merged.totals[k] as number) + (totals[k] as number);
  });
  return merged;
}
