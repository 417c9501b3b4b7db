import type { ArtifactRef } from "@climb/runtime";
import { bytesOf, keptJson, partName, putOnce } from "./artifacts.js";
import type { StageContext } from "./stages.js";
import type { LabelClusters } from "./tasks/label-clusters.js";
import { floats } from "./vectors.js";

/** Clusters, found or given. */
export interface ClusterCentres {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  /** Mean squared distance of the documents to their centroid. */
  objective: number;
  /** Of given clusters: their names, and for each shard where the cluster of each document stands. */
  given?: { labels: string[]; clusters: ArtifactRef[] };
}

/** Clusters made of the plan's labels, once. */
export async function clustersOfLabels(context: StageContext, folder: string, file: string): Promise<ClusterCentres> {
  const { artifacts, pool, manifest, signal, report } = context;
  const kept = await keptJson(artifacts, `${folder}/labels.json`, async () => {
    const shards = await Promise.all(
      (manifest.corpus?.shards ?? []).map(async ({ artifact, documents }, i) => ({
        documentsPath: await artifacts.localPath(artifact ?? { uri: "" }),
        vectorsPath: await artifacts.localPath(manifest.vectors[i] ?? { uri: "" }),
        rows: Number(documents),
      })),
    );
    const { dimensions } = manifest;
    const labelsPath = await artifacts.localPath({ uri: file });
    const total = Number(manifest.corpus?.documents ?? 0n);
    const onProgress = (done: number) => report("labels", done, total, "documents");
    const task = { kind: "labelClusters", labelsPath, shards, dimensions } as const;
    const found = (await pool.run(task, { signal, onProgress })) as LabelClusters;
    const clusters: ArtifactRef[] = [];
    for (const [i, values] of found.clusters.entries()) {
      clusters.push(await putOnce(artifacts, `${folder}/${partName("labels", i, "i32")}`, bytesOf(values)));
    }
    const { labels, objective } = found;
    return { labels, objective, clusters, centroids: Buffer.from(bytesOf(found.centroids)).toString("base64") };
  });
  const { labels, objective, clusters } = kept;
  return { objective, centroids: floats(Buffer.from(kept.centroids, "base64")), given: { labels, clusters } };
}
