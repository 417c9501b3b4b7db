import type { ArtifactRef, ArtifactStore } from "@climb/ports";
import { DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { ShardHost, ShardWork } from "@climb/resources";
import { poorBelow } from "../core/prune.js";
import { planOf } from "../rpc/plan.js";
import { summariesToJson } from "../tasks/summary-json.js";
import { bytesOf, documentsOf, isWithoutText, localShard, NO_ARTIFACT, partName, readEmbeddings } from "./artifacts.js";
import type { ClusteringContext, StageContext } from "./context.js";
import { type Prepared, prepare, workFolder } from "./prepare.js";

/** What the workers of a set's shards need to know. */
export interface ScanParams {
  /** The DomainSpec as JSON. */
  spec: unknown;
}

/** A scanned shard. */
export interface ShardScan {
  /** The cluster of each document, or −1 − cluster if it is poor. */
  clusters: ArtifactRef;
  summaries: ArtifactRef;
}

const clustersPath = (folder: string, shard: number) => `${folder}/${partName("clusters", shard, "i32")}`;
const summariesPath = (folder: string, shard: number) => `${folder}/${partName("scan", shard, "json")}`;

/** A shard's scan, if it is there. */
export async function knownScan(
  artifacts: ArtifactStore,
  folder: string,
  shard: number,
): Promise<ShardScan | undefined> {
  // Summaries are stored last.
  const summaries = await artifacts.keep(summariesPath(folder, shard));
  const clusters = summaries && (await artifacts.keep(clustersPath(folder, shard)));
  return clusters && { clusters, summaries };
}

/** The embeddings of a specification. */
export function embeddingsOf({ embeddings }: DomainSpec): Artifact {
  return embeddings ?? NO_ARTIFACT;
}

/** Declares the scan of a shard: nearest cluster, quality, scores and terms of every document. */
export function defineShardScans(context: ClusteringContext, sets: ShardHost): ShardWork<ScanParams> {
  const { platform, workers } = context;
  return sets.shards({
    queue: "shard-scan",
    concurrency: workers,
    async prepare({ spec: json }: ScanParams, { signal }) {
      const spec = DomainSpec.fromJSON(json);
      const manifest = await readEmbeddings(platform.artifacts, embeddingsOf(spec));
      const stage = {
        ...context,
        plan: planOf(spec, documentsOf(manifest), isWithoutText(manifest)),
        manifest,
        signal,
        report: () => {},
      };
      return { stage, prepared: await prepare(stage) };
    },
    run: ({ stage, prepared }, shard, { signal }) => scanShard({ ...stage, signal }, prepared, shard),
  });
}

async function scanShard(context: StageContext, { centres, stopWords, scorers }: Prepared, shard: number) {
  const { platform, pool, manifest, plan, signal } = context;
  const { artifacts } = platform;
  const folder = workFolder(context);
  const given = centres.given?.clusters[shard];
  const task = {
    ...(await localShard(artifacts, manifest, shard)),
    dimensions: manifest.dimensions,
    centroids: centres.centroids,
    givenPath: given && (await artifacts.localPath(given)),
    stopWords,
    scorers: scorers.map(({ scorer }) => scorer),
    poorBelow: poorBelow(plan.minQuality),
  };
  const { clusters, fair, poor } = await pool.run("scanDocuments", task, { signal });
  const summaries = JSON.stringify({ fair: summariesToJson(fair), poor: summariesToJson(poor) });
  await artifacts.put(clustersPath(folder, shard), bytesOf(clusters));
  await artifacts.put(summariesPath(folder, shard), Buffer.from(summaries, "utf8"));
}
