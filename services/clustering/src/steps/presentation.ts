import { CorpusMap, type DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { toArtifact } from "@climb/resources";
import { continuedIds } from "../core/continued-ids.js";
import type { Borderline } from "../tasks/map.js";
import { localAssignedShards, NO_ARTIFACT } from "./artifacts.js";
import type { StageContext } from "./context.js";
import type { Found } from "./found.js";

/** How a set is presented to people beyond its numbers. */
export interface Presentation {
  /** One id for each domain. */
  ids: string[];
  /** One list for each domain. */
  borderline: Borderline[][];
  map: Artifact;
}

/** What is presented. */
export interface Presented {
  id: string;
  found: Found;
  /** Of the new set, one for each document shard. */
  assignments: readonly Artifact[];
  previous: DomainManifest | undefined;
}

/** Draws the map of the corpus, looks for documents between two domains, and names the domains as an earlier set did. */
export async function present(context: StageContext, of: Presented): Promise<Presentation> {
  const { platform, pool, manifest, plan, signal, report } = context;
  const { artifacts } = platform;
  const { id, found, assignments, previous } = of;
  const shards = await localAssignedShards(artifacts, manifest, assignments);
  const task = { shards, dimensions: manifest.dimensions, centres: found.centres, seed: plan.seed };
  const onProgress = (done: number) => report("map", done, 0, "documents");
  const { points, borderline } = await pool.run("mapCorpus", task, { signal, onProgress });
  const ids = previous
    ? continuedIds(await overlapWith(context, of, previous, shards), idsOf(previous.domains))
    : idsOf(found.domains);
  const corpusMap = {
    points: points.map(({ id: documentId, domain, ...point }) => ({
      documentId,
      domainId: ids[domain] as string,
      ...point,
    })),
  };
  const json = Buffer.from(JSON.stringify(CorpusMap.toJSON(corpusMap)), "utf8");
  return { ids, borderline, map: toArtifact(await artifacts.put(`clustering/${id}/map.json`, json)) };
}

async function overlapWith(
  { platform: { artifacts }, pool, signal, report }: StageContext,
  { found }: Presented,
  previous: DomainManifest,
  current: Awaited<ReturnType<typeof localAssignedShards>>,
): Promise<Float64Array[]> {
  report("earlier domains", 0, 0, "documents");
  const earlier = await Promise.all(
    (previous.corpus?.shards ?? []).map(async ({ artifact }, i) => ({
      documentsPath: await artifacts.localPath(artifact ?? NO_ARTIFACT),
      assignmentsPath: await artifacts.localPath(previous.assignments[i] ?? NO_ARTIFACT),
    })),
  );
  const task = {
    earlier,
    earlierDomains: previous.domains.length,
    earlierDocuments: Number(previous.corpus?.documents ?? 0n),
    current,
    currentDomains: found.domains.length,
  };
  return pool.run("countOverlap", task, { signal });
}

function idsOf(domains: readonly { id: string }[]): string[] {
  return domains.map(({ id }) => id);
}
