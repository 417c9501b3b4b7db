import { CorpusMap, type DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import type { ArtifactStore, AssignedShard, WorkerPool } from "@climb/runtime";
import { artifactOf, putOnce } from "./artifacts.js";
import { continuedIds } from "./core/continued-ids.js";
import type { Found } from "./stages.js";
import type { Borderline, Mapped } from "./tasks/map.js";
import type { Results, Task } from "./worker.js";

/** What people are shown of a set beyond its numbers. */
export interface Portrait {
  /** One id for each domain. */
  ids: string[];
  /** One list for each domain. */
  borderline: Borderline[][];
  map: Artifact;
}

export interface PortraitDeps {
  artifacts: ArtifactStore;
  pool: WorkerPool<Task, Results[keyof Results], number>;
  signal: AbortSignal;
  report: (stage: string, done: number, total: number, unit: string) => void;
}

/**
 * Draws the map of the corpus, looks for documents between two domains, and names the domains as an earlier set did.
 * @param assignments of the new set, one for each document shard
 */
export async function portray(
  { artifacts, pool, signal, report }: PortraitDeps,
  of: {
    id: string;
    embeddings: EmbeddingManifest;
    found: Found;
    assignments: readonly Artifact[];
    seed: number;
    previous: DomainManifest | undefined;
  },
): Promise<Portrait> {
  const { id, embeddings, found, assignments, seed, previous } = of;
  const current = await assignedShards(artifacts, embeddings, assignments);
  const shards = await Promise.all(
    current.map(async (shard, i) => ({
      ...shard,
      vectorsPath: await artifacts.localPath(embeddings.vectors[i] ?? { uri: "" }),
      rows: Number(embeddings.corpus?.shards[i]?.documents ?? 0n),
    })),
  );
  const { dimensions } = embeddings;
  const task = { kind: "map", shards, dimensions, centres: found.centres, seed } as const;
  const onProgress = (done: number) => report("map", done, 0, "documents");
  const { points, borderline } = (await pool.run(task, { signal, onProgress })) as Mapped;
  const ids = found.domains.map((domain) => domain.id);
  if (previous) {
    report("earlier domains", 0, 0, "documents");
    const overlap = (await pool.run(
      {
        kind: "overlap",
        earlier: await assignedShards(artifacts, previous, previous.assignments),
        earlierDomains: previous.domains.length,
        earlierDocuments: Number(previous.corpus?.documents ?? 0n),
        current,
        currentDomains: found.domains.length,
      },
      { signal },
    )) as Float64Array[];
    const earlierIds = previous.domains.map((domain) => domain.id);
    ids.splice(0, ids.length, ...continuedIds(overlap, earlierIds));
  }
  const corpusMap = {
    points: points.map(({ id: documentId, domain, ...point }) => ({
      documentId,
      domainId: ids[domain] as string,
      ...point,
    })),
  };
  const json = Buffer.from(JSON.stringify(CorpusMap.toJSON(corpusMap)));
  return { ids, borderline, map: artifactOf(await putOnce(artifacts, `clustering/${id}/map.json`, json)) };
}

function assignedShards(
  artifacts: ArtifactStore,
  { corpus }: Pick<EmbeddingManifest, "corpus">,
  assignments: readonly Artifact[],
): Promise<AssignedShard[]> {
  return Promise.all(
    (corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await artifacts.localPath(artifact ?? { uri: "" }),
      assignmentsPath: await artifacts.localPath(assignments[i] ?? { uri: "" }),
    })),
  );
}
