import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { DatasetFinished } from "@climb/proto/search/v1/search_events";
import type { Dataset, DatasetSpec } from "@climb/proto/search/v1/search_service";
import { TokenManifest } from "@climb/proto/training/v1/training_service";
import { type MakeContext, type Platform, runResourceJobs, ServiceError, type WorkerPool } from "@climb/runtime";
import { bytesPerDomain, DEFAULT_MAX_REPETITION, defaultDatasetTokens } from "./core/index.js";
import { datasetCard } from "./dataset/card.js";
import type { Peers } from "./steps/context.js";
import { readJson } from "./steps/domains.js";
import type { DatasetStore } from "./store.js";
import type { Result, Task } from "./worker.js";

const DEFAULT_SHARD_BYTES = 64 * 1024 * 1024;

export interface DatasetJobs {
  platform: Platform;
  datasets: DatasetStore;
  peers: Peers;
  pool: WorkerPool<Task, Result, number>;
  now: () => Date;
}

/** Takes data sets from the queue and writes them, until the platform's signal aborts. */
export function runDatasetJobs(deps: DatasetJobs): Promise<void> {
  const { platform, datasets, now } = deps;
  return runResourceJobs({
    platform,
    queue: "dataset",
    resources: datasets,
    concurrency: 1,
    now,
    make: (dataset, context) => writeDataset(deps, dataset, context),
    endEvent: (datasetId, state) => ({
      subject: "search.dataset_finished",
      payload: DatasetFinished.encode({ datasetId, state }).finish(),
    }),
  });
}

async function writeDataset(
  deps: DatasetJobs,
  { id, spec: given }: Dataset,
  { signal, report }: MakeContext<Dataset>,
): Promise<(before: Dataset) => Dataset> {
  const { platform, pool } = deps;
  const spec = given as DatasetSpec;
  const { domains, tokens } = await manifests(deps, spec, signal);
  const documents = Number(domains.corpus?.documents ?? 0n);
  const progress = (done: number) => report({ stage: "writing documents", done, total: documents, unit: "documents" });
  progress(0);

  const shares = domains.domains.map((domain, j) => ({
    weight: spec.mixture[j] ?? 0,
    tokens: Number(tokens.domains[j]?.tokens ?? 0n),
    textBytes: Number(domain.textBytes),
  }));
  const limit = spec.maxRepetition || DEFAULT_MAX_REPETITION;
  const wanted = Number(spec.options?.tokens ?? 0n) || defaultDatasetTokens(shares, limit);
  const shards = await Promise.all(
    (domains.corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await platform.artifacts.localPath(artifact as Artifact),
      assignmentsPath: await platform.artifacts.localPath(domains.assignments[i] as Artifact),
    })),
  );
  const folder = await mkdtemp(join(tmpdir(), "climb-dataset-"));
  try {
    const outcome = await pool.run(
      {
        kind: "dataset",
        task: {
          shards,
          documents,
          domainIds: domains.domains.map((domain) => domain.id),
          bytesWanted: bytesPerDomain(shares, wanted, limit),
          shardBytes: Number(spec.options?.shardBytes ?? 0n) || DEFAULT_SHARD_BYTES,
          seed: spec.seed,
          folder,
        },
      },
      { signal, onProgress: progress },
    );
    if (outcome.kind !== "dataset") throw new Error("the worker answered another task");
    const { files, documents: written, textBytes } = outcome.result;
    const card = datasetCard({
      domains: domains.domains.map(({ id, label }, j) => ({ id, label, weight: spec.mixture[j] ?? 0 })),
      documents: written,
      textBytes,
      seed: spec.seed,
    });
    const stored: Record<string, Artifact> = {};
    const put = async (name: string, content: Uint8Array | AsyncIterable<Uint8Array>) => {
      const { uri, sha256, sizeBytes } = await platform.artifacts.put(`search/datasets/${id}/${name}`, content);
      stored[name] = { uri, sha256, sizeBytes: BigInt(sizeBytes) };
    };
    for (const { name, path } of files) await put(name, createReadStream(path));
    await put("README.md", Buffer.from(card, "utf8"));
    return (before) => ({
      ...before,
      files: stored,
      documents: BigInt(written),
      textBytes: BigInt(textBytes),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function manifests({ platform, peers }: DatasetJobs, spec: DatasetSpec, signal: AbortSignal) {
  const { domainSet } = await peers.clustering.getDomainSet({ id: spec.domainSetId }, { signal });
  const { tokenSet } = await peers.training.getTokenSet({ id: spec.tokenSetId }, { signal });
  if (!domainSet?.manifest || !tokenSet?.manifest) {
    throw new ServiceError("wrongState", "STATE_FORBIDS", "the domain set or the token set is not finished");
  }
  return {
    domains: DomainManifest.fromJSON(await readJson(platform.artifacts, domainSet.manifest)),
    tokens: TokenManifest.fromJSON(await readJson(platform.artifacts, tokenSet.manifest)),
  };
}
