import { inNativeCode, type TaskContext } from "@climb/runtime/worker";
import hnswlib from "hnswlib-node";
import { CANDIDATES } from "../core/confirmed.js";
import type { Points } from "../core/points.js";
import { nearest } from "./nearest.js";
import { readInt32, readVectors, type VectorShard } from "./vectors.js";

/** Looks for near-duplicates in some of the clusters, shard after shard. */
export interface DuplicatesTask {
  shards: (VectorShard & { assignmentsPath: string })[];
  dimensions: number;
  /** (clusters, dimensions). */
  centroids: Float32Array;
  /** Clusters whose number leaves this remainder when divided by `parts`. */
  part: number;
  parts: number;
}

/**
 * For each shard and document what is most like it among the earlier documents of its cluster: (documents, CANDIDATES),
 * the nearest first.
 */
export interface Duplicates {
  /** Cosine; −1 where there is no earlier one, or the document is not of this part or pruned. */
  similarities: Float32Array[];
  /** The earlier document's number in the corpus. */
  earlier: Int32Array[];
}

// Enough for near-duplicates, which are nearest by far: hnswlib's own defaults but for `ef`, which is 10.
const [LINKS, EF_CONSTRUCTION, EF] = [16, 200, 50];
const FIRST_CAPACITY = 1024;

/** One document after another into an index of its cluster, so that a search finds earlier ones only. */
export async function findDuplicates(task: DuplicatesTask, { progress }: TaskContext<number>): Promise<Duplicates> {
  const { shards, dimensions, part, parts } = task;
  const centroids: Points = { values: task.centroids, rows: task.centroids.length / dimensions, dimensions };
  const assign = await (await nearest)(centroids);
  const indexes = new Map<number, ReturnType<typeof openIndex>>();
  const found: Duplicates = { similarities: [], earlier: [] };
  let first = 0;
  for (const shard of shards) {
    const points = await readVectors(shard, dimensions);
    const domains = await readInt32(shard.assignmentsPath, shard.rows);
    const clusters = await assign(points);
    const similarities = new Float32Array(shard.rows * CANDIDATES).fill(-1);
    const earlier = new Int32Array(shard.rows * CANDIDATES).fill(-1);
    for (let row = 0; row < shard.rows; row++) {
      if (row % 256 === 0) progress(first + row);
      const cluster = clusters[row] as number;
      if (cluster % parts !== part || (domains[row] as number) < 0) continue;
      const index = indexes.get(cluster) ?? openIndex(dimensions);
      indexes.set(cluster, index);
      const vector = points.values.subarray(row * dimensions, (row + 1) * dimensions);
      const found = inNativeCode(() => index.add(vector, first + row));
      for (const [i, { similarity, label }] of found.entries()) {
        similarities[row * CANDIDATES + i] = similarity;
        earlier[row * CANDIDATES + i] = label;
      }
    }
    found.similarities.push(similarities);
    found.earlier.push(earlier);
    first += shard.rows;
  }
  progress(first);
  return found;
}

function openIndex(dimensions: number) {
  const index = new hnswlib.HierarchicalNSW("cosine", dimensions);
  index.initIndex({ maxElements: FIRST_CAPACITY, m: LINKS, efConstruction: EF_CONSTRUCTION, randomSeed: 1 });
  index.setEf(EF);
  let count = 0;
  return {
    /** Adds a vector and returns the most similar ones before it, the nearest first. */
    add(vector: Float32Array, label: number): { similarity: number; label: number }[] {
      const point = Array.from(vector);
      const nearby = Math.min(count, CANDIDATES);
      const { distances, neighbors } = count > 0 ? index.searchKnn(point, nearby) : { distances: [], neighbors: [] };
      if (count === index.getMaxElements()) index.resizeIndex(2 * count);
      index.addPoint(point, label);
      count++;
      const found = neighbors.map((neighbor, i) => ({
        similarity: Math.min(1, 1 - (distances[i] as number)),
        label: neighbor,
      }));
      // Exact copies are all at distance 0: the order must not depend on the index.
      return found.sort((a, b) => b.similarity - a.similarity || a.label - b.label);
    },
  };
}
