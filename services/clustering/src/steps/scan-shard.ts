import type { ArtifactRef, ArtifactStore } from "@climb/ports";
import { DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import type { ShardHost, ShardWork } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { poorBelow } from "../core/prune.js";
import { METHOD, planOf } from "../rpc/plan.js";
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

/**
 * Where what was seen of the texts of a shard is: named by its content alone, so that every set that has the shard shares it,
 * whatever its clusters.
 */
function surveyPath({ corpus }: EmbeddingManifest, shard: number): string {
  const sha256 = corpus?.shards[shard]?.artifact?.sha256 ?? "";
  return `clustering/surveys/${contentId("survey", METHOD, sha256)}.bin`;
}

/** Refers to what was seen of the shards of a set: as long as the set lives, other corpora find it. */
export async function holdSurveys(artifacts: ArtifactStore, id: string, manifest: EmbeddingManifest): Promise<void> {
  const shards = manifest.corpus?.shards ?? [];
  const kept = await Promise.all(shards.map((_, shard) => artifacts.keep(surveyPath(manifest, shard))));
  const uris = kept.flatMap((ref) => ref?.uri ?? []);
  await artifacts.put(`clustering/${id}/surveys.json`, Buffer.from(JSON.stringify(uris), "utf8"));
}

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
  const path = surveyPath(manifest, shard);
  const known = await artifacts.keep(path);
  const task = {
    ...(await localShard(artifacts, manifest, shard)),
    surveyPath: known && (await artifacts.localPath(known)),
    dimensions: manifest.dimensions,
    centroids: centres.centroids,
    givenPath: given && (await artifacts.localPath(given)),
    stopWords,
    scorers: scorers.map(({ scorer }) => scorer),
    poorBelow: poorBelow(plan.minQuality),
  };
  const { clusters, fair, poor, survey } = await pool.run("scanDocuments", task, { signal });
  if (survey) await artifacts.put(path, survey);
  const summaries = JSON.stringify({ fair: summariesToJson(fair), poor: summariesToJson(poor) });
  await artifacts.put(clustersPath(folder, shard), bytesOf(clusters));
  await artifacts.put(summariesPath(folder, shard), Buffer.from(summaries, "utf8"));
}
