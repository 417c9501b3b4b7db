import { DomainSetFinished, DuplicateReportFinished } from "@climb/proto/clustering/v1/clustering_events";
import { DomainManifest, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { type MakeContext, type Platform, runResourceJobs, type WorkerPool } from "@climb/runtime";
import { artifactOf, bytesOf, documentsOf, partName, putOnce, readAll, readEmbeddings } from "./artifacts.js";
import { domainsToProto, manifestToProto, prunedToProto, scorerReports } from "./convert.js";
import { makeDuplicateReport } from "./duplicate-jobs.js";
import { planOf } from "./plan.js";
import { portray } from "./portrait.js";
import { type Removal, readRemoval, withoutDuplicates } from "./removal.js";
import { embedWith } from "./scoring-stage.js";
import { finishedSet, manifestOf } from "./sets.js";
import { type Found, runStages } from "./stages.js";
import type { ClusteringStore } from "./store.js";
import { runSurveyJobs } from "./survey-jobs.js";
import { floats } from "./vectors.js";
import type { Results, Task } from "./worker.js";

export interface ClusteringJobs {
  platform: Platform;
  store: ClusteringStore;
  pool: WorkerPool<Task, Results[keyof Results], number>;
  workers: number;
  /** Sets at once. */
  concurrency: number;
  now: () => Date;
}

/** Makes domain sets and duplicate reports from their queues, until the platform's signal aborts. */
export async function runClusteringJobs(deps: ClusteringJobs): Promise<void> {
  const { platform, store, now, concurrency } = deps;
  await Promise.all([
    runSurveyJobs(deps),
    runResourceJobs({
      platform,
      queue: "clustering",
      resources: store.sets,
      concurrency,
      now,
      make: (set, context) => makeDomainSet(deps, set, context),
      endEvent: (domainSetId, state) => ({
        subject: "clustering.domain_set_finished",
        payload: DomainSetFinished.encode({ domainSetId, state }).finish(),
      }),
    }),
    runResourceJobs({
      platform,
      queue: "duplicates",
      resources: store.duplicateReports,
      concurrency: 1,
      now,
      make: (report, context) => makeDuplicateReport(deps, report, context),
      endEvent: (reportId, state) => ({
        subject: "clustering.duplicate_report_finished",
        payload: DuplicateReportFinished.encode({ reportId, state }).finish(),
      }),
    }),
  ]);
}

/** Finds the domains. What was finished before a crash is found and used again. */
async function makeDomainSet(
  deps: ClusteringJobs,
  { id, spec }: DomainSet,
  { signal, report: tell }: MakeContext<DomainSet>,
): Promise<(before: DomainSet) => DomainSet> {
  const { platform, pool, workers } = deps;
  const { artifacts } = platform;
  const asked = spec ?? DomainSpec.create();
  const embeddings = await readEmbeddings(artifacts, asked.embeddings ?? { uri: "", sha256: "", sizeBytes: 0n });
  const plan = planOf(asked, documentsOf(embeddings));
  const report = (stage: string, done: number, total: number, unit: string) => tell({ stage, done, total, unit });
  const embed = embedWith(platform, embeddings.embeddingSetId, signal);
  const whole = await runStages({
    artifacts,
    pool,
    workers,
    plan,
    manifest: embeddings,
    embed,
    queue: platform.queue("surveys"),
    domainSetId: id,
    signal,
    report,
  });
  const removal = asked.duplicates && (await readRemoval(deps, asked.duplicates));
  const found = removal ? { ...whole, domains: withoutDuplicates(whole.domains, removal.effect) } : whole;
  const assignments = await writeAssignments(deps, id, found, removal);
  const previous = asked.previousDomainSetId
    ? await manifestOf(platform, await finishedSet(deps.store, asked.previousDomainSetId))
    : undefined;
  const of = { id, embeddings, found, assignments, seed: plan.seed, previous };
  const portrait = await portray({ artifacts, pool, signal, report }, of);
  const centroids = artifactOf(await putOnce(artifacts, `clustering/${id}/centroids.f32`, bytesOf(found.centroids)));
  const json = JSON.stringify(
    DomainManifest.toJSON(manifestToProto({ id, embeddings, plan, found, assignments, centroids, portrait })),
  );
  const manifest = artifactOf(await putOnce(artifacts, `clustering/${id}/domains.json`, Buffer.from(json)));
  const domains = domainsToProto(found.domains, portrait);
  const pruned = found.pruned.map(prunedToProto);
  const prunedDocuments = found.pruned.reduce((sum, { summary }) => sum + BigInt(summary.documents), 0n);
  const duplicateDocuments = removal?.effect.documents ?? 0n;
  const scorers = scorerReports(plan, found);
  return (before) => ({ ...before, manifest, domains, pruned, prunedDocuments, duplicateDocuments, scorers });
}

async function writeAssignments(
  { platform: { artifacts } }: ClusteringJobs,
  id: string,
  found: Found,
  removal?: Removal,
) {
  const written = [];
  for (const [index, { uri }] of found.clusters.entries()) {
    const bytes = Uint8Array.from(await readAll(artifacts, uri));
    const similarities = removal && floats(await readAll(artifacts, removal.similarities[index]?.uri ?? ""));
    // A negative number is a poor document: −1 whatever its cluster.
    const domains = new Int32Array(bytes.buffer).map((cluster, row) => {
      if (removal && (similarities?.[row] as number) >= removal.effect.threshold) return -1;
      return cluster < 0 ? -1 : (found.clusterDomains[cluster] as number);
    });
    const path = `clustering/${id}/${partName("assignments", index, "i32")}`;
    written.push(artifactOf(await putOnce(artifacts, path, bytesOf(domains))));
  }
  return written;
}
