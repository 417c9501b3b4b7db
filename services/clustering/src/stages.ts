import type { DocumentShard } from "@climb/proto/common/v1/corpus";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import type { ArtifactRef, ArtifactStore, JobQueue, WorkerPool } from "@climb/runtime";
import { bytesOf, documentsOf, keptJson } from "./artifacts.js";
import type { FoundDomains } from "./core/domains.js";
import { bestOf } from "./core/kmeans.js";
import type { CommonWords, SampledWords } from "./core/quality/common-words.js";
import { clustersOfLabels } from "./label-stage.js";
import { type Plan, workId } from "./plan.js";
import { type PreparedScorer, prepareScorers } from "./scoring-stage.js";
import { surveyShards } from "./survey-jobs.js";
import type { Prepared } from "./survey-stage.js";
import type { KMeansStart } from "./tasks/k-means.js";
import { floats } from "./vectors.js";
import type { Results, Task } from "./worker.js";

export interface StageContext {
  artifacts: ArtifactStore;
  pool: WorkerPool<Task, Results[keyof Results], number>;
  /** Threads of the pool: so many tasks are prepared at once. */
  workers: number;
  plan: Plan;
  manifest: EmbeddingManifest;
  /** Vectors of texts, row by row, by the model of the embeddings. */
  embed: (texts: readonly string[]) => Promise<Float32Array>;
  /** Where shards wait to be surveyed. */
  queue: JobQueue;
  domainSetId: string;
  signal: AbortSignal;
  report: (stage: string, done: number, total: number, unit: string) => void;
}

/** What the stages leave behind for the manifest. */
export interface Found extends FoundDomains {
  centroids: Float32Array;
  objective: number;
  /** For each shard the cluster of each document, or −1 − cluster if it is poor. */
  clusters: ArtifactRef[];
  /** What is known of each scorer, in the order of the plan. */
  scorers: PreparedScorer[];
}

// Enough documents to know the most common words of a corpus.
const wordSample = 5000;

/** Where everything up to the merge is kept: "clustering/work/<id>". */
export function workFolder({ manifest, plan }: Pick<StageContext, "manifest" | "plan">): string {
  return `clustering/work/${workId(manifest, plan)}`;
}

/**
 * Runs the stages in order: common words, k-means or labels, scorers, survey, domains. What a stage has finished is kept
 * and used again, by this set after a crash and by other cuts of the same clusters.
 */
export async function runStages(context: StageContext): Promise<Found> {
  const { artifacts, manifest, plan, signal } = context;
  const folder = workFolder(context);
  const { centres, nameless, scorers } = await prepare(context, folder);
  const surveys = await surveyShards(context, folder);
  context.report("domains", 0, 1, "sets");
  const { dimensions } = manifest;
  const { minQuality, scorers: limits, cut } = plan;
  const { centroids, objective, given } = centres;
  const surveyPaths = await Promise.all(surveys.map(({ summaries }) => artifacts.localPath(summaries)));
  const found = (await context.pool.run(
    {
      kind: "findDomains",
      surveyPaths,
      centroids,
      dimensions,
      commonWords: nameless,
      minQuality,
      scorers: limits,
      cut,
      labels: given?.labels,
    },
    { signal },
  )) as FoundDomains;
  return { ...found, centroids, objective, scorers, clusters: surveys.map(({ clusters }) => clusters) };
}

/** Everything that must be known before documents are surveyed, each part made once. */
export async function prepare(context: StageContext, folder: string): Promise<Prepared> {
  const { artifacts, plan } = context;
  const words = await keptJson(artifacts, `${folder}/common-words.json`, () => findCommonWords(context));
  const centres = plan.labels
    ? await clustersOfLabels(context, folder, plan.labels.uri)
    : bestOf(await runStarts(context, folder));
  return { ...words, centres, scorers: await prepareScorers(context, folder) };
}

async function findCommonWords({ artifacts, pool, manifest, signal, workers, report }: StageContext) {
  const shards = shardsOf(manifest);
  const stride = Math.max(1, Math.floor(documentsOf(manifest) / wordSample));
  let done = 0;
  const found = await mapBounded(shards, workers, signal, async ({ artifact }, _, stop) => {
    const documentsPath = await artifacts.localPath(artifact ?? { uri: "" });
    const samples = await pool.run({ kind: "sampleWords", documentsPath, stride }, { signal: stop });
    report("common words", ++done, shards.length, "shards");
    return samples as SampledWords[];
  });
  return (await pool.run({ kind: "commonWords", samples: found.flat() }, { signal })) as CommonWords;
}

async function runStarts({ artifacts, pool, manifest, plan, signal, workers, report }: StageContext, folder: string) {
  const { clusters, maxIterations, tolerance, spherical, batchRows, seed } = plan;
  const { dimensions } = manifest;
  const shards = await Promise.all(
    shardsOf(manifest).map(async ({ documents }, i) => ({
      vectorsPath: await artifacts.localPath(manifest.vectors[i] ?? { uri: "" }),
      rows: Number(documents),
    })),
  );
  const done = new Array<number>(plan.restarts).fill(0);
  const progress = (restart: number, iterations: number) => {
    done[restart] = iterations;
    report(
      "k-means",
      done.reduce((a, b) => a + b),
      plan.restarts * maxIterations,
      "iterations",
    );
  };
  return mapBounded([...done.keys()], workers, signal, async (restart, _, stop) => {
    const path = `${folder}/start-${restart}.json`;
    const stored = await keptJson(artifacts, path, async () => {
      // Starts run beside each other; threads that are left over help them.
      const threads = Math.max(1, Math.floor(workers / plan.restarts));
      const options = { clusters, restart, maxIterations, tolerance, spherical, batchRows, seed, threads };
      const task = { kind: "kMeans", shards, dimensions, ...options } as const;
      const onProgress = (iteration: number) => progress(restart, iteration);
      const start = (await pool.run(task, { signal: stop, onProgress })) as KMeansStart;
      return { ...start, centroids: Buffer.from(bytesOf(start.centroids)).toString("base64") };
    });
    progress(restart, maxIterations);
    return { ...stored, centroids: floats(Buffer.from(stored.centroids, "base64")) };
  });
}

function shardsOf({ corpus }: EmbeddingManifest): DocumentShard[] {
  return corpus?.shards ?? [];
}

/** Maps with at most `most` at once, results in order; the first failure stops the others and is thrown. */
async function mapBounded<T, R>(
  items: readonly T[],
  most: number,
  signal: AbortSignal,
  work: (item: T, index: number, stop: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      stop.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index] as T, index, stop);
    }
  };
  const lanes = Array.from({ length: Math.min(most, items.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  }
  return results;
}
