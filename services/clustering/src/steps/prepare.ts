import { keptJson } from "@climb/ports";
import type { DocumentShard } from "@climb/proto/common/v1/corpus";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import { contentId } from "@climb/runtime";
import pMap from "p-map";
import { bestOf } from "../core/kmeans.js";
import { METHOD, workId } from "../rpc/plan.js";
import { floats } from "../tasks/vectors.js";
import { bytesOf, documentsOf, NO_ARTIFACT } from "./artifacts.js";
import type { StageContext } from "./context.js";
import { type ClusterCentres, clustersOfGiven } from "./given-clusters.js";
import { type PreparedScorer, prepareScorers } from "./scorers.js";

/** What is known before documents are scanned. */
export interface Prepared {
  centres: ClusterCentres;
  stopWords: string[];
  /** Words that can hardly name a domain. */
  nameless: string[];
  /** Of them, those that name nothing at all. */
  foreign: string[];
  scorers: PreparedScorer[];
}

/** Enough documents to know the most common words of a corpus. */
const WORD_SAMPLE = 5000;

/** Where everything up to the merge is kept: "clustering/work/<id>". Domain sets that differ only in the cut share it. */
export function workFolder({ manifest, plan }: Pick<StageContext, "manifest" | "plan">): string {
  return `clustering/work/${workId(manifest, plan)}`;
}

/** Where the common words of a corpus are: named by its content, so that sets with other clusters share them. */
function wordsPath({ manifest }: StageContext): string {
  const documents = shardsOf(manifest).map(({ artifact }) => artifact?.sha256 ?? "");
  return `clustering/words/${contentId("common-words", METHOD, ...documents)}.json`;
}

/** Everything that must be known before documents are scanned, each part made once. */
export async function prepare(context: StageContext): Promise<Prepared> {
  const { platform, plan } = context;
  const folder = workFolder(context);
  const { value: words } = await keptJson(platform.artifacts, wordsPath(context), () => findCommonWords(context));
  const centres = plan.given
    ? await clustersOfGiven(context, folder, plan.given)
    : bestOf(await runStarts(context, folder));
  return { ...words, centres, scorers: await prepareScorers(context, folder) };
}

async function findCommonWords({ platform, pool, manifest, signal, workers, report }: StageContext) {
  const shards = shardsOf(manifest);
  const stride = Math.max(1, Math.floor(documentsOf(manifest) / WORD_SAMPLE));
  let done = 0;
  const sample = async ({ artifact }: DocumentShard) => {
    const documentsPath = await platform.artifacts.localPath(artifact ?? NO_ARTIFACT);
    const samples = await pool.run("sampleWords", { documentsPath, stride }, { signal });
    report("common words", ++done, shards.length, "shards");
    return samples;
  };
  const samples = (await pMap(shards, sample, { concurrency: workers, signal })).flat();
  return pool.run("commonWordsOf", { samples }, { signal });
}

async function runStarts({ platform, pool, manifest, plan, signal, workers, report }: StageContext, folder: string) {
  const { artifacts } = platform;
  const { clusters, maxIterations, tolerance, spherical, batchRows, seed } = plan;
  const { dimensions } = manifest;
  const shards = await Promise.all(
    shardsOf(manifest).map(async ({ documents }, i) => ({
      vectorsPath: await artifacts.localPath(manifest.vectors[i] ?? NO_ARTIFACT),
      rows: Number(documents),
    })),
  );
  const done = new Array<number>(plan.restarts).fill(0);
  const progress = (restart: number, iterations: number) => {
    done[restart] = iterations;
    const all = done.reduce((a, b) => a + b);
    report("k-means", all, plan.restarts * maxIterations, "iterations");
  };
  const start = async (restart: number) => {
    const { value: stored } = await keptJson(artifacts, `${folder}/start-${restart}.json`, async () => {
      // Starts run beside each other; threads that are left over help them.
      const threads = Math.max(1, Math.floor(workers / plan.restarts));
      const options = { clusters, restart, maxIterations, tolerance, spherical, batchRows, seed, threads };
      const onProgress = (iteration: number) => progress(restart, iteration);
      const found = await pool.run("runKMeans", { shards, dimensions, ...options }, { signal, onProgress });
      return { ...found, centroids: Buffer.from(bytesOf(found.centroids)).toString("base64") };
    });
    progress(restart, maxIterations);
    return { ...stored, centroids: floats(Buffer.from(stored.centroids, "base64")) };
  };
  return pMap(done.keys(), start, { concurrency: workers, signal });
}

function shardsOf({ corpus }: EmbeddingManifest): DocumentShard[] {
  return corpus?.shards ?? [];
}
