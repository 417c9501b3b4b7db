import type { ArtifactRef } from "@climb/runtime";
import { bytesOf, partName, putOnce } from "./artifacts.js";
import { poorBelow } from "./core/prune.js";
import type { ClusterCentres } from "./label-stage.js";
import type { PreparedScorer } from "./scoring-stage.js";
import type { StageContext } from "./stages.js";
import { summariesToJson } from "./summary-json.js";
import type { Survey } from "./tasks/survey.js";

/** What is known before documents are surveyed. */
export interface Prepared {
  centres: ClusterCentres;
  stopWords: string[];
  /** Words that can hardly name a domain. */
  nameless: string[];
  scorers: PreparedScorer[];
}

/** A surveyed shard. */
export interface ShardSurvey {
  /** The cluster of each document, or −1 − cluster if it is poor. */
  clusters: ArtifactRef;
  summaries: ArtifactRef;
}

/** A shard's survey, if it is there. */
export async function knownSurvey(
  { artifacts }: Pick<StageContext, "artifacts">,
  folder: string,
  shard: number,
): Promise<ShardSurvey | undefined> {
  // Summaries are stored last.
  const summaries = await artifacts.stat(summariesPath(folder, shard));
  const clusters = summaries && (await artifacts.stat(clustersPath(folder, shard)));
  return clusters && { clusters, summaries };
}

/** Looks at every document of a shard: nearest cluster, quality, scores, terms. */
export async function surveyShard(
  context: StageContext,
  folder: string,
  { centres, stopWords, scorers }: Prepared,
  shard: number,
): Promise<ShardSurvey> {
  const { artifacts, pool, manifest, plan, signal } = context;
  const { artifact, documents } = manifest.corpus?.shards[shard] ?? {};
  const given = centres.given?.clusters[shard];
  const task = {
    kind: "survey",
    documentsPath: await artifacts.localPath(artifact ?? { uri: "" }),
    vectorsPath: await artifacts.localPath(manifest.vectors[shard] ?? { uri: "" }),
    rows: Number(documents ?? 0n),
    dimensions: manifest.dimensions,
    centroids: centres.centroids,
    givenPath: given && (await artifacts.localPath(given)),
    stopWords,
    scorers: scorers.map(({ scorer }) => scorer),
    poorBelow: poorBelow(plan.minQuality),
  } as const;
  const { clusters, fair, poor } = (await pool.run(task, { signal })) as Survey;
  const summaries = JSON.stringify({ fair: summariesToJson(fair), poor: summariesToJson(poor) });
  return {
    clusters: await putOnce(artifacts, clustersPath(folder, shard), bytesOf(clusters)),
    summaries: await putOnce(artifacts, summariesPath(folder, shard), Buffer.from(summaries)),
  };
}

function clustersPath(folder: string, shard: number): string {
  return `${folder}/${partName("clusters", shard, "i32")}`;
}

function summariesPath(folder: string, shard: number): string {
  return `${folder}/${partName("survey", shard, "json")}`;
}
