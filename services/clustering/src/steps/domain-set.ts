import { readWhole } from "@climb/ports";
import { DomainManifest, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { type MakeContext, type ShardWork, toArtifact } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { domainsToProto, manifestToProto, prunedToProto, scorerReports } from "../rpc/convert.js";
import { planOf } from "../rpc/plan.js";
import { floats } from "../tasks/vectors.js";
import { bytesOf, documentsOf, isWithoutText, NO_ARTIFACT, partName, readEmbeddings } from "./artifacts.js";
import type { ClusteringContext, ClusteringStores, StageContext } from "./context.js";
import type { Found } from "./found.js";
import { namedByModel } from "./named-by-model.js";
import { prepare, workFolder } from "./prepare.js";
import { present } from "./presentation.js";
import { type Removal, readRemoval, withoutDuplicates } from "./removal.js";
import { embeddingsOf, holdSurveys, knownScan, type ScanParams } from "./scan-shard.js";
import { finishedSet, manifestOf } from "./sets.js";
import { asTiers, tierSpec } from "./tiers.js";

/**
 * Finds the domains: common words, k-means or given clusters, scorers, the scan of every shard, merging, presentation. What
 * a stage has finished is kept and used again, after a crash and by other cuts of the same clusters.
 */
export async function makeDomainSet(
  context: ClusteringContext,
  stores: ClusteringStores,
  scans: ShardWork<ScanParams>,
  { id, spec }: DomainSet,
  making: MakeContext<DomainSet>,
): Promise<(before: DomainSet) => DomainSet> {
  const { platform } = context;
  const { artifacts } = platform;
  const { signal } = making;
  const given = spec ?? DomainSpec.create();
  const manifest = await readEmbeddings(artifacts, embeddingsOf(given));
  const planFor = (of: DomainSpec) => planOf(of, documentsOf(manifest), isWithoutText(manifest));
  const report = (stage: string, done: number, total: number, unit: string) =>
    making.report({ stage, done, total, unit });
  const beginning = { ...context, plan: planFor(given), manifest, signal, report };
  const asked = given.tiers ? await tierSpec(beginning, stores, given.tiers) : given;
  const stage = { ...beginning, plan: planFor(asked) };
  const { plan } = stage;
  const flat = await findDomains(stage, asked, scans, making);
  const whole = given.tiers ? await asTiers(context, stores, given.tiers, flat) : flat;
  await holdSurveys(artifacts, id, manifest);
  const removal = asked.duplicates && (await readRemoval(stores, asked.duplicates));
  const left = removal ? withoutDuplicates(whole.domains, removal.effect) : whole.domains;
  const { domains: named, failure: namingFailure } = await namedByModel(stage, id, left);
  const found = { ...whole, domains: [...named] };
  const assignments = await writeAssignments(context, id, found, removal);
  const previous = asked.previousDomainSetId
    ? await manifestOf(artifacts, await finishedSet(stores, asked.previousDomainSetId))
    : undefined;
  const presentation = await present(stage, { id, found, assignments, previous });
  const centroids = toArtifact(await artifacts.put(`clustering/${id}/centroids.f32`, bytesOf(found.centroids)));
  const whatIs = { id, embeddings: manifest, plan, found, assignments, centroids, presentation };
  const json = JSON.stringify(DomainManifest.toJSON(manifestToProto(whatIs)));
  const stored = toArtifact(await artifacts.put(`clustering/${id}/domains.json`, Buffer.from(json, "utf8")));
  const domains = domainsToProto(found.domains, presentation);
  const pruned = found.pruned.map(prunedToProto);
  const prunedDocuments = found.pruned.reduce((sum, { summary }) => sum + BigInt(summary.documents), 0n);
  const duplicateDocuments = removal?.effect.documents ?? 0n;
  const scorers = scorerReports(plan, found);
  const what = { manifest: stored, domains, pruned, prunedDocuments, duplicateDocuments, scorers, namingFailure };
  return (before) => ({ ...before, ...what });
}

async function findDomains(
  stage: StageContext,
  spec: DomainSpec,
  scans: ShardWork<ScanParams>,
  making: MakeContext<DomainSet>,
): Promise<Found> {
  const { platform, pool, manifest, plan, signal, report } = stage;
  const { artifacts } = platform;
  const folder = workFolder(stage);
  // Before the shards, whose workers find it then.
  const { centres, nameless, foreign, scorers } = await prepare(stage);
  const shards = manifest.corpus?.shards ?? [];
  const all = await making.shards(scans, {
    key: contentId("shard-scan", folder),
    params: { spec: DomainSpec.toJSON(spec) },
    stage: "quality and terms",
    unit: "documents",
    units: shards.map(({ documents }) => Number(documents)),
    find: (shard) => knownScan(artifacts, folder, shard),
  });
  report("domains", 0, 1, "sets");
  const { minQuality, scorers: limits, cut, splits } = plan;
  const { centroids, objective, given } = centres;
  const scanPaths = await Promise.all(all.map(({ summaries }) => artifacts.localPath(summaries)));
  const task = {
    scanPaths,
    centroids,
    dimensions: manifest.dimensions,
    common: nameless,
    foreign,
    minQuality,
    scorers: limits,
    cut,
    splits,
    given: given?.names,
  };
  const found = await pool.run("domainsOfScans", task, { signal });
  return { ...found, centroids, objective, scorers, clusters: all.map(({ clusters }) => clusters) };
}

async function writeAssignments(
  { platform: { artifacts } }: ClusteringContext,
  id: string,
  found: Found,
  removal?: Removal,
): Promise<Artifact[]> {
  const written: Artifact[] = [];
  for (const [index, ref] of found.clusters.entries()) {
    const bytes = Uint8Array.from(await readWhole(artifacts, ref));
    const similarities = removal && floats(await readWhole(artifacts, removal.similarities[index] ?? NO_ARTIFACT));
    // A negative number is a poor document: −1 whatever its cluster.
    const domains = new Int32Array(bytes.buffer).map((cluster, row) => {
      if (removal && (similarities?.[row] as number) >= removal.effect.threshold) return -1;
      return cluster < 0 ? -1 : (found.clusterDomains[cluster] as number);
    });
    const path = `clustering/${id}/${partName("assignments", index, "i32")}`;
    written.push(toArtifact(await artifacts.put(path, bytesOf(domains))));
  }
  return written;
}
