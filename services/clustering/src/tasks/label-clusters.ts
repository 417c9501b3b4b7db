import { createIdTable, squaredDistance } from "@climb/numeric";
import { readDocuments, ServiceError } from "@climb/runtime/worker";
import { readLabels } from "../labels.js";
import { readVectors, type VectorShard } from "../vectors.js";

/** Makes clusters of labels that are known, as k-means would make them of vectors. */
export interface LabelClustersTask {
  kind: "labelClusters";
  labelsPath: string;
  shards: (VectorShard & { documentsPath: string })[];
  dimensions: number;
}

export interface LabelClusters {
  /** One for each cluster, by name. */
  labels: string[];
  /** (labels, dimensions): the mean of each label's vectors. */
  centroids: Float32Array;
  /** Mean squared distance of the labelled documents to their centroid. */
  objective: number;
  /** For each shard the cluster of each document; as many as there are labels stands for none. */
  clusters: Int32Array[];
}

/** @throws ServiceError invalid INPUT_EMPTY if no document has a label */
export async function labelClusters(
  task: LabelClustersTask,
  onDocuments: (done: number) => void,
): Promise<LabelClusters> {
  const { labelsPath, shards, dimensions } = task;
  const known = new Map<string, number>();
  const table = createIdTable();
  for await (const { id, label } of readLabels(labelsPath)) {
    const index = known.get(label) ?? known.size;
    known.set(label, index);
    table.add(id, index);
  }
  // By name, so that the order of the lines does not matter.
  const labels = [...known.keys()].sort();
  const clusterOf = new Map(labels.map((label, cluster) => [known.get(label) as number, cluster]));
  const sizes = new Float64Array(labels.length);
  const sums = new Float64Array(labels.length * dimensions);
  const clusters: Int32Array[] = [];
  let read = 0;
  for (const shard of shards) {
    const points = await readVectors(shard, dimensions);
    const found = new Int32Array(shard.rows).fill(labels.length);
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
      if (++read % 1000 === 0) onDocuments(read);
    }
    clusters.push(found);
  }
  const labelled = sizes.reduce((total, size) => total + size, 0);
  if (labelled === 0) {
    const message = `none of the corpus's ${read} documents has a label; the labels are for other ids`;
    throw new ServiceError("invalid", "INPUT_EMPTY", message, { path: labelsPath });
  }
  const centroids = Float32Array.from(
    sums,
    (sum, at) => sum / Math.max(1, sizes[Math.floor(at / dimensions)] as number),
  );
  let squared = 0;
  for (const [s, shard] of shards.entries()) {
    const { values } = await readVectors(shard, dimensions);
    clusters[s]?.forEach((cluster, row) => {
      if (cluster === labels.length) return;
      const centroid = centroids.subarray(cluster * dimensions, (cluster + 1) * dimensions);
      squared += squaredDistance(values.subarray(row * dimensions, (row + 1) * dimensions), centroid);
    });
  }
  return { labels, centroids, objective: squared / labelled, clusters };
}
