import { type ArtifactRef, type Platform, readWhole } from "@climb/ports";
import type { DomainManifest, DomainSet, DuplicateReport } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type MakeContext, type ShardHost, type ShardWork, toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { CANDIDATES, type Candidates } from "../core/confirmed.js";
import { duplicateEffectToProto } from "../rpc/convert.js";
import { floats } from "../tasks/vectors.js";
import { bytesOf, documentsOf, localAssignedShards, NO_ARTIFACT, partName, readEmbeddings } from "./artifacts.js";
import { confirmByText } from "./confirm-duplicates.js";
import type { ClusteringContext, ClusteringStores } from "./context.js";
import { embeddingsOf } from "./scan-shard.js";
import { finishedSet, manifestOf } from "./sets.js";

/** An index of a part of the clusters takes about this much memory at most. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;
/** Links and bookkeeping of a document in an index, beside its vector. */
const LINK_BYTES = 300;
/** So many parts at least, that replicas have something to share. */
const FEWEST_PARTS = 4;

/** What the workers of a report's parts need to know. */
export interface DuplicateParams {
  domainSetId: string;
  parts: number;
}

const workFolder = (domainSetId: string, parts: number) => `clustering/duplicates/work/${domainSetId}-${parts}`;
const partPath = ({ domainSetId, parts }: DuplicateParams, part: number) =>
  `${workFolder(domainSetId, parts)}/${partName("part", part, "bin")}`;

/** Declares the search for near-duplicates among a part of the clusters. */
export function defineDuplicateParts(
  { platform, pool, workers }: ClusteringContext,
  stores: ClusteringStores,
  reports: ShardHost,
): ShardWork<DuplicateParams> {
  const { artifacts } = platform;
  return reports.shards({
    queue: "duplicates",
    concurrency: workers,
    async prepare(params: DuplicateParams) {
      const set = await finishedSet(stores, params.domainSetId);
      const manifest = await manifestOf(artifacts, set);
      const centroids = floats(await readWhole(artifacts, manifest.centroids ?? NO_ARTIFACT));
      return { params, shards: await shardsOf(platform, set, manifest), centroids, dimensions: manifest.dimensions };
    },
    async run({ params, ...task }, part, { signal }) {
      const found = await pool.run("findDuplicates", { ...task, part, parts: params.parts }, { signal });
      const bytes = [...found.similarities, ...found.earlier].map(bytesOf);
      await artifacts.put(partPath(params, part), Buffer.concat(bytes));
    },
  });
}

async function shardsOf({ artifacts }: Platform, { spec }: DomainSet, { assignments }: DomainManifest) {
  const embeddings = await readEmbeddings(artifacts, spec ? embeddingsOf(spec) : NO_ARTIFACT);
  return localAssignedShards(artifacts, embeddings, assignments);
}

/** Looks for near-duplicates and counts what each threshold would remove. */
export async function makeDuplicateReport(
  { platform, pool, workers }: ClusteringContext,
  stores: ClusteringStores,
  work: ShardWork<DuplicateParams>,
  { id, spec }: DuplicateReport,
  making: MakeContext<DuplicateReport>,
): Promise<(before: DuplicateReport) => DuplicateReport> {
  const { artifacts } = platform;
  const { signal } = making;
  const domainSetId = spec?.domainSetId ?? "";
  const set = await finishedSet(stores, domainSetId);
  const manifest = await manifestOf(artifacts, set);
  const embeddings = await readEmbeddings(artifacts, set.spec ? embeddingsOf(set.spec) : NO_ARTIFACT);
  const total = documentsOf(embeddings);
  const bytes = total * (4 * manifest.dimensions + LINK_BYTES);
  const params = { domainSetId, parts: Math.max(FEWEST_PARTS, Math.ceil(bytes / MAX_INDEX_BYTES)) };
  const parts = await making.shards(work, {
    key: contentId("duplicates", domainSetId, params.parts),
    params,
    stage: "near-duplicates",
    unit: "documents",
    units: Array.from({ length: params.parts }, () => Math.round(total / params.parts)),
    find: (part) => artifacts.keep(partPath(params, part)),
  });
  const rows = (embeddings.corpus?.shards ?? []).map(({ documents }) => Number(documents));
  const candidates = await joinParts(artifacts, parts, rows);
  const shards = await shardsOf(platform, set, manifest);
  const thresholds = spec?.thresholds ?? [];
  const least = Math.min(...thresholds);
  making.report({ stage: "comparing texts", done: 0, total, unit: "documents" });
  const found = await confirmByText({ pool, workers }, shards, candidates, rows, least, signal);
  const [similarities, earlier] = [found.map((shard) => shard.similarities), found.map((shard) => shard.earlier)];
  const task = { shards, similarities, earlier, thresholds, domains: manifest.domains.length };
  const { effects } = await pool.run("duplicateEffects", task, {
    signal,
    onProgress: (done) => making.report({ stage: "counting duplicates", done, total, unit: "documents" }),
  });
  const stored: Artifact[] = [];
  for (const [i, values] of similarities.entries()) {
    const path = `clustering/duplicates/${id}/${partName("similarities", i, "f32")}`;
    stored.push(toArtifact(await artifacts.put(path, bytesOf(values))));
  }
  return (before) => ({ ...before, effects: effects.map(duplicateEffectToProto), similarities: stored });
}

/** What all parts found, shard by shard. A document is of one part: in all others it has −1. */
async function joinParts(
  artifacts: Platform["artifacts"],
  parts: readonly ArtifactRef[],
  rows: readonly number[],
): Promise<Candidates[]> {
  const joined = rows.map((count) => ({
    similarities: new Float32Array(count * CANDIDATES).fill(-1),
    earlier: new Int32Array(count * CANDIDATES).fill(-1),
  }));
  const total = CANDIDATES * rows.reduce((sum, count) => sum + count, 0);
  for (const ref of parts) {
    const { buffer } = Uint8Array.from(await readWhole(artifacts, ref));
    let first = 0;
    for (const { similarities, earlier } of joined) {
      const { length } = similarities;
      take(similarities, new Float32Array(buffer, 4 * first, length));
      take(earlier, new Int32Array(buffer, 4 * (total + first), length));
      first += length;
    }
  }
  return joined;
}

function take(into: Float32Array | Int32Array, from: Float32Array | Int32Array): void {
  from.forEach((value, row) => {
    if (value !== -1) into[row] = value;
  });
}
