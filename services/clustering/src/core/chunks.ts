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

/** Assigns all points to their nearest centroids; one chunk after the other in order, wherever they were made. */
export type AssignChunks = (centroids: Points) => Promise<Chunk[]>;

export function chunkCount(rows: number): number {
  return Math.ceil(rows / CHUNK_ROWS);
}

export async function assignChunk(
  points: Points,
  index: number,
  centroids: Points,
  nearest: NearestFactory,
): Promise<Chunk> {
  const chunk = rowsOf(points, index * CHUNK_ROWS, CHUNK_ROWS);
  const assignment = await (await nearest(centroids))(chunk);
  const { values, rows, dimensions } = chunk;
  const sizes = new Float64Array(centroids.rows);
  const totals = new Float64Array(centroids.rows * dimensions);
  for (let r = 0; r < rows; r++) {
    const cluster = assignment[r] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    const [from, to] = [r * dimensions, cluster * dimensions];
    for (let i = 0; i < dimensions; i++) {
      totals[to + i] = (totals[to + i] as number) + (values[from + i] as number);
    }
  }
  return { assignment, sizes, totals };
}

/** Chunk after chunk, in this thread. */
export function assignHere(points: Points, nearest: NearestFactory): AssignChunks {
  return async (centroids) => {
    const chunks: Chunk[] = [];
    for (let i = 0; i < chunkCount(points.rows); i++) chunks.push(await assignChunk(points, i, centroids, nearest));
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
