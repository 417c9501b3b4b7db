import { type ArtifactRef, keptJson } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { floats } from "../tasks/vectors.js";
import { bytesOf, localShard, partName } from "./artifacts.js";
import type { StageContext } from "./context.js";

/** Clusters, found or given. */
export interface ClusterCentres {
  /** (clusters, dimensions). */
  centroids: Float32Array;
  /** Mean squared distance of the documents to their centroid. */
  objective: number;
  /** Of given clusters: their names, and for each shard where the cluster of each document stands. */
  given?: { names: string[]; clusters: ArtifactRef[] };
}

/** Clusters made of the domains that the caller's file gives to documents, once. */
export async function clustersOfGiven(context: StageContext, folder: string, file: Artifact): Promise<ClusterCentres> {
  const { platform, pool, manifest, signal, report } = context;
  const { artifacts } = platform;
  const { value: kept } = await keptJson(artifacts, `${folder}/given.json`, async () => {
    const shards = await Promise.all(
      (manifest.corpus?.shards ?? []).map((_, shard) => localShard(artifacts, manifest, shard)),
    );
    const { dimensions } = manifest;
    const givenPath = await artifacts.localPath(file);
    const total = Number(manifest.corpus?.documents ?? 0n);
    const onProgress = (done: number) => report("given domains", done, total, "documents");
    const found = await pool.run("clustersOfGiven", { givenPath, shards, dimensions }, { signal, onProgress });
    const clusters: ArtifactRef[] = [];
    for (const [i, values] of found.clusters.entries()) {
      clusters.push(await artifacts.put(`${folder}/${partName("given", i, "i32")}`, bytesOf(values)));
    }
    const { names, objective } = found;
    return { names, objective, clusters, centroids: Buffer.from(bytesOf(found.centroids)).toString("base64") };
  });
  const { names, objective, clusters } = kept;
  return { objective, centroids: floats(Buffer.from(kept.centroids, "base64")), given: { names, clusters } };
}
