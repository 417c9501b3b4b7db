import { readDocuments } from "@climb/corpus";
import { createIdTable, squaredDistance } from "@climb/numeric";
import { ServiceError, type TaskContext } from "@climb/runtime/worker";
import { readStoredDomains } from "./given-domains.js";
import { readVectors, type VectorShard } from "./vectors.js";

/** Makes clusters of domains that are given, as k-means would make them of vectors. */
export interface GivenTask {
  givenPath: string;
  shards: (VectorShard & { documentsPath: string })[];
  dimensions: number;
}

export interface GivenClusters {
  /** One for each cluster, in order. */
  names: string[];
  /** (names, dimensions): the mean of the vectors of each. */
  centroids: Float32Array;
  /** Mean squared distance of the labelled documents to their centroid. */
  objective: number;
  /** For each shard the cluster of each document; as many as there are names stands for none. */
  clusters: Int32Array[];
}

/** @throws ServiceError invalid INPUT_EMPTY if no document has a label */
export async function clustersOfGiven(task: GivenTask, { progress }: TaskContext<number>): Promise<GivenClusters> {
  const { givenPath, shards, dimensions } = task;
  const known = new Map<string, number>();
  const table = createIdTable();
  for await (const { id, label } of readStoredDomains(givenPath)) {
    const index = known.get(label) ?? known.size;
    known.set(label, index);
    table.add(id, index);
  }
  // By name, so that the order of the lines does not matter.
  const names = [...known.keys()].sort();
  const clusterOf = new Map(names.map((name, cluster) => [known.get(name) as number, cluster]));
  const sizes = new Float64Array(names.length);
  const sums = new Float64Array(names.length * dimensions);
  const clusters: Int32Array[] = [];
  let read = 0;
  for (const shard of shards) {
    const points = await readVectors(shard, dimensions);
    const found = new Int32Array(shard.rows).fill(names.length);
    let row = 0;
    for await (const { id } of readDocuments(shard.documentsPath)) {
      const cluster = clusterOf.get(table.get(id) ?? -1);
      if (cluster !== undefined) {
        found[row] = cluster;
        sizes[cluster] = (sizes[cluster] as number) + 1;
        for (let i = 0; i < dimensions; i++) {
          const at = cluster * dimensions + i;
          sums[at] = (sums[at] as number) + (points.values[row * dimensions + i] as number);
        }
      }
      row++;
      if (++read % 1000 === 0) progress(read);
    }
    clusters.push(found);
  }
  const labelled = sizes.reduce((total, size) => total + size, 0);
  if (labelled === 0) {
    const message = `none of the corpus's ${read} documents has a label; the labels are for other ids`;
    throw new ServiceError("invalid", "INPUT_EMPTY", message, { path: givenPath });
  }
  const centroids = Float32Array.from(
    sums,
    (sum, at) => sum / Math.max(1, sizes[Math.floor(at / dimensions)] as number),
  );
  let squared = 0;
  for (const [s, shard] of shards.entries()) {
    const { values } = await readVectors(shard, dimensions);
    clusters[s]?.forEach((cluster, row) => {
      if (cluster === names.length) return;
      const centroid = centroids.subarray(cluster * dimensions, (cluster + 1) * dimensions);
      squared += squaredDistance(values.subarray(row * dimensions, (row + 1) * dimensions), centroid);
    });
  }
  return { names, centroids, objective: squared / labelled, clusters };
}
