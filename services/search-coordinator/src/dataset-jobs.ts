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
  const shards = await Promise.all(
    (domains.corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await platform.artifacts.localPath(artifact as Artifact),
      assignmentsPath: await platform.artifacts.localPath(domains.assignments[i] as Artifact),
    })),
  );
  const domainIds = domains.domains.map((domain) => domain.id);
  const shardBytes = Number(spec.options?.shardBytes ?? 0n) || DEFAULT_SHARD_BYTES;
  const folder = await mkdtemp(join(tmpdir(), "climb-dataset-"));
  try {
    const run = async (task: Extract<Task, { kind: "dataset" | "split" }>) => {
      const outcome = await pool.run(task, { signal, onProgress: progress });
      if (outcome.kind !== "dataset") throw new Error("the worker answered another task");
      return outcome.result;
    };
    const common = { shards, domainIds, shardBytes };
    const mixed =
      tokens &&
      (await run({
        kind: "dataset",
        task: {
          ...common,
          documents,
          ...amounts(spec, domains, tokens),
          seed: spec.seed,
          folder: join(folder, "mixed"),
        },
      }));
    const split = spec.options?.byDomain
      ? await run({ kind: "split", task: { ...common, folder: join(folder, "split") } })
      : undefined;

    const stored: Record<string, Artifact> = {};
    const put = async (name: string, content: Uint8Array | AsyncIterable<Uint8Array>) => {
      const { uri, sha256, sizeBytes } = await platform.artifacts.put(`search/datasets/${id}/${name}`, content);
      stored[name] = { uri, sha256, sizeBytes: BigInt(sizeBytes) };
    };
    for (const { name, path } of [...(mixed?.files ?? []), ...(split?.files ?? [])]) {
      await put(name, createReadStream(path));
    }
    await put("README.md", Buffer.from(datasetCard({ manifest: domains, spec, mixed, split }), "utf8"));
    const written = mixed ?? split;
    return (before) => ({
      ...before,
      files: stored,
      documents: BigInt(written?.documents ?? 0),
      textBytes: BigInt(written?.textBytes ?? 0),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How much to take of each domain. */
function amounts(spec: DatasetSpec, domains: DomainManifest, tokens: TokenManifest) {
  const shares = domains.domains.map((domain, j) => ({
    weight: spec.mixture[j] ?? 0,
    tokens: Number(tokens.domains[j]?.tokens ?? 0n),
    textBytes: Number(domain.textBytes),
  }));
  const limit = spec.maxRepetition || DEFAULT_MAX_REPETITION;
  const wanted = Number(spec.options?.tokens ?? 0n) || defaultDatasetTokens(shares, limit);
  return { bytesWanted: bytesPerDomain(shares, wanted, limit) };
}

/** The domains, and the tokens unless only the split is wanted. */
async function manifests({ platform, peers }: DatasetJobs, spec: DatasetSpec, signal: AbortSignal) {
  const { artifacts } = platform;
  const { domainSet } = await peers.clustering.getDomainSet({ id: spec.domainSetId }, { signal });
  const unfinished = (what: string) => new ServiceError("wrongState", "STATE_FORBIDS", `${what} is not finished`);
  if (!domainSet?.manifest) throw unfinished(`domain set ${spec.domainSetId}`);
  const domains = DomainManifest.fromJSON(await readJson(artifacts, domainSet.manifest));
  if (spec.mixture.length === 0) return { domains };
  const { tokenSet } = await peers.training.getTokenSet({ id: spec.tokenSetId }, { signal });
  if (!tokenSet?.manifest) throw unfinished(`token set ${spec.tokenSetId}`);
  return { domains, tokens: TokenManifest.fromJSON(await readJson(artifacts, tokenSet.manifest)) };
}
