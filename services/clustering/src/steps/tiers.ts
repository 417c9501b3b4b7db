import { DomainSpec, type QualityTiers } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import pMap from "p-map";
import { tierOf } from "../core/tiers.js";
import { planOf } from "../rpc/plan.js";
import { documentsOf, isWithoutText, localAssignedShards } from "./artifacts.js";
import type { ClusteringContext, ClusteringStores, StageContext } from "./context.js";
import type { Found } from "./found.js";
import { prepare } from "./prepare.js";
import { finishedSet, manifestOf } from "./sets.js";

/**
 * The labels that cut the domains of a finished set into tiers, as given domains have them: what is made of them is a set like
 * any other. Made once.
 * @throws ServiceError notFound RESOURCE_UNKNOWN, wrongState STATE_FORBIDS
 */
async function tierLabels(
  context: StageContext,
  stores: ClusteringStores,
  { domainSetId, tiers, scorer: name }: QualityTiers,
): Promise<Artifact> {
  const { platform, pool, manifest, signal, workers, report } = context;
  const { artifacts } = platform;
  const set = await finishedSet(stores, domainSetId);
  const path = `clustering/tiers/${contentId("tiers", set.id, tiers, name)}.jsonl.gz`;
  const known = await artifacts.keep(path);
  if (known) return toArtifact(known);
  const plan = planOf(set.spec ?? DomainSpec.create(), documentsOf(manifest), isWithoutText(manifest));
  // As the documents of the set were judged.
  const { stopWords, scorers } = await prepare({ ...context, plan });
  const scorer = name ? scorers[plan.scorers.findIndex((one) => one.name === name)]?.scorer : undefined;
  const { assignments, domains } = await manifestOf(artifacts, set);
  const shards = await localAssignedShards(artifacts, manifest, assignments);
  const { dimensions } = manifest;
  let done = 0;
  const graded = await pMap(
    shards,
    async (shard) => {
      const grades = await pool.run("gradeDocuments", { ...shard, dimensions, stopWords, scorer }, { signal });
      report("grading", ++done, shards.length, "shards");
      return grades;
    },
    { concurrency: workers, signal },
  );
  const cut = await pool.run("cutIntoTiers", { shards: graded, tiers }, { signal });
  const ids = domains.map(({ id }) => id);
  async function* lines() {
    for (const [k, { documentsPath }] of shards.entries()) {
      const own = { domains: graded[k]?.domains as Int32Array, tiers: cut[k] as Uint8Array };
      yield await pool.run("tierLines", { documentsPath, ids, ...own }, { signal });
    }
  }
  return toArtifact(await artifacts.put(path, lines()));
}

/** What a set of tiers is made by: given domains that nothing prunes or merges. */
export async function tierSpec(
  context: StageContext,
  stores: ClusteringStores,
  tiers: QualityTiers,
): Promise<DomainSpec> {
  const { spec } = await finishedSet(stores, tiers.domainSetId);
  const labels = { path: "", file: await tierLabels(context, stores, tiers) };
  return DomainSpec.create({ embeddings: spec?.embeddings, labels, minQuality: 0 });
}

/** Given domains with the ids of tiers and the names of the domains that were cut. */
export async function asTiers(
  { platform: { artifacts } }: ClusteringContext,
  stores: ClusteringStores,
  { domainSetId, tiers }: QualityTiers,
  found: Found,
): Promise<Found> {
  const parents = (await manifestOf(artifacts, await finishedSet(stores, domainSetId))).domains;
  const domains = found.domains.map((domain) => {
    // The label that was given is the id.
    const tier = tierOf(domain.label);
    const name = parents.find(({ id }) => id === tier.parent)?.label ?? tier.parent;
    return { ...domain, id: domain.label, label: `${name}, quality ${tier.tier} of ${tiers}`, tier };
  });
  return { ...found, domains };
}
