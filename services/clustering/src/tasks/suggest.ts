import { seeded } from "@climb/numeric";
import { type CountQuality, judgeCounts } from "../core/suggest.js";
import { nearest } from "./nearest.js";
import { readInt32, readVectors, type VectorShard } from "./vectors.js";

/** Judges numbers of domains on a sample of the documents. */
export interface SuggestTask {
  shards: (VectorShard & { assignmentsPath: string })[];
  dimensions: number;
  /** (clusters, dimensions). */
  centroids: Float32Array;
  /** Domain of each cluster, −1 if it was pruned. */
  clusterDomains: number[];
  most: number;
  seed: number;
}

const MAX_SHARDS = 32;
const MAX_DOCUMENTS = 8000;

/** @throws RangeError if there is one cluster only */
export async function suggestCounts(task: SuggestTask): Promise<CountQuality[]> {
  const { dimensions, centroids, clusterDomains, most, seed } = task;
  const step = Math.max(1, Math.ceil(task.shards.length / MAX_SHARDS));
  const shards = task.shards.filter((_, i) => i % step === 0);
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const stride = Math.max(1, Math.ceil(rows / MAX_DOCUMENTS));
  const taken: Float32Array[] = [];
  let seen = 0;
  for (const shard of shards) {
    const { values } = await readVectors(shard, dimensions);
    const domains = await readInt32(shard.assignmentsPath, shard.rows);
    for (let row = 0; row < shard.rows; row++) {
      if (seen++ % stride !== 0 || (domains[row] as number) < 0) continue;
      taken.push(values.slice(row * dimensions, (row + 1) * dimensions));
    }
  }
  const vectors = new Float32Array(taken.length * dimensions);
  taken.forEach((vector, row) => {
    vectors.set(vector, row * dimensions);
  });
  const centres = { values: centroids, rows: centroids.length / dimensions, dimensions };
  const found = await (await (await nearest)(centres))({ values: vectors, rows: taken.length, dimensions });
  const survivors = clusterDomains.flatMap((domain, cluster) => (domain >= 0 ? [cluster] : []));
  const numbers = new Map(survivors.map((cluster, number) => [cluster, number]));
  // A document of a pruned cluster may be near a surviving one only by rounding: it is left out.
  const kept = Array.from(found.keys()).filter((row) => numbers.has(found[row] as number));
  const sample = {
    clusters: Int32Array.from(kept, (row) => numbers.get(found[row] as number) as number),
    vectors: Float32Array.from(kept.flatMap((row) => [...vectors.subarray(row * dimensions, (row + 1) * dimensions)])),
    dimensions,
  };
  return judgeCounts(sample, survivors.length, most, seeded(seed).child("suggest"));
}
