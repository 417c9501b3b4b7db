import type { DomainManifest, DuplicateReport } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { contentId, type MakeContext } from "@climb/runtime";
import { artifactOf, bytesOf, partName, putOnce, readAll, readEmbeddings } from "./artifacts.js";
import { duplicateEffectToProto } from "./convert.js";
import type { ClusteringJobs } from "./jobs.js";
import { finishedSet, manifestOf } from "./sets.js";
import type { DuplicateEffects } from "./tasks/duplicate-effects.js";
import type { Duplicates } from "./tasks/duplicates.js";
import { floats } from "./vectors.js";

/** An index of a part of the clusters takes about this much memory at most. */
const MOST_INDEX_BYTES = 256 * 1024 * 1024;
/** Links and bookkeeping of a document in an index, beside its vector. */
const LINK_BYTES = 300;

export const DEFAULT_THRESHOLDS = [0.9, 0.95, 0.99];

/** Names a report by what it is about. */
export function duplicateReportId(setId: string, thresholds: readonly number[]): string {
  return contentId("duplicate-report", setId, ...thresholds);
}

/** Looks for near-duplicates and counts what each threshold would remove. */
export async function makeDuplicateReport(
  deps: ClusteringJobs,
  { id, spec }: DuplicateReport,
  { signal, report }: MakeContext<DuplicateReport>,
): Promise<(before: DuplicateReport) => DuplicateReport> {
  const { platform, pool, store } = deps;
  const { artifacts } = platform;
  const set = await finishedSet(store, spec?.domainSetId ?? "");
  const manifest = await manifestOf(platform, set);
  const found = await findInParts(deps, manifest, await shardsOf(deps, set.spec?.embeddings, manifest), {
    signal,
    onDocuments: (done, total) => report({ stage: "near-duplicates", done, total, unit: "documents" }),
  });
  const total = found.similarities.reduce((sum, { length }) => sum + length, 0);
  const shards = await Promise.all(
    (manifest.corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await artifacts.localPath(artifact as Artifact),
      assignmentsPath: await artifacts.localPath(manifest.assignments[i] as Artifact),
    })),
  );
  const { effects } = (await pool.run(
    {
      kind: "duplicateEffects",
      shards,
      ...found,
      thresholds: spec?.thresholds ?? [],
      domains: manifest.domains.length,
    },
    { signal, onProgress: (done) => report({ stage: "counting duplicates", done, total, unit: "documents" }) },
  )) as DuplicateEffects;
  const similarities: Artifact[] = [];
  for (const [i, values] of found.similarities.entries()) {
    const path = `clustering/duplicates/${id}/${partName("similarities", i, "f32")}`;
    similarities.push(artifactOf(await putOnce(artifacts, path, bytesOf(values))));
  }
  return (before) => ({ ...before, effects: effects.map(duplicateEffectToProto), similarities });
}

async function shardsOf(
  { platform: { artifacts } }: ClusteringJobs,
  embeddings: Artifact | undefined,
  manifest: DomainManifest,
) {
  const { vectors, corpus } = await readEmbeddings(artifacts, embeddings ?? { uri: "", sha256: "", sizeBytes: 0n });
  return Promise.all(
    vectors.map(async (artifact, i) => ({
      vectorsPath: await artifacts.localPath(artifact),
      rows: Number(corpus?.shards[i]?.documents ?? 0n),
      assignmentsPath: await artifacts.localPath(manifest.assignments[i] as Artifact),
    })),
  );
}

/** Each part of the clusters in a worker, so many parts that their indexes fit into memory. */
async function findInParts(
  { platform, pool, workers }: ClusteringJobs,
  { centroids, dimensions }: DomainManifest,
  shards: Awaited<ReturnType<typeof shardsOf>>,
  { signal, onDocuments }: { signal: AbortSignal; onDocuments: (done: number, total: number) => void },
): Promise<Duplicates> {
  const documents = shards.reduce((sum, { rows }) => sum + rows, 0);
  const parts = Math.max(workers, Math.ceil((documents * (4 * dimensions + LINK_BYTES)) / MOST_INDEX_BYTES));
  const values = floats(await readAll(platform.artifacts, centroids?.uri ?? ""));
  const done = new Array<number>(parts).fill(0);
  const found = await Promise.all(
    done.map(async (_, part) => {
      const onProgress = (rows: number) => {
        done[part] = rows;
        onDocuments(Math.floor(done.reduce((a, b) => a + b) / parts), documents);
      };
      const task = { kind: "duplicates", shards, dimensions, centroids: values, part, parts } as const;
      return (await pool.run(task, { signal, onProgress })) as Duplicates;
    }),
  );
  // A document is of one part: in all others it has −1.
  const joined = <T extends Float32Array | Int32Array>(pick: (part: Duplicates) => T[]): T[] =>
    shards.map((_, shard) => {
      const [whole, ...others] = found.map((part) => pick(part)[shard] as T);
      for (const other of others) {
        other.forEach((value, row) => {
          if (value !== -1) (whole as T)[row] = value;
        });
      }
      return whole as T;
    });
  return { similarities: joined(({ similarities }) => similarities), earlier: joined(({ earlier }) => earlier) };
}
