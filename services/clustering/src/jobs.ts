import { DomainSetFinished } from "@climb/proto/clustering/v1/clustering_events";
import { DomainManifest, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { type MakeContext, type Platform, runResourceJobs, type WorkerPool } from "@climb/runtime";
import { artifactOf, bytesOf, documentsOf, partName, putOnce, readAll, readEmbeddings } from "./artifacts.js";
import { domainToProto, manifestToProto } from "./convert.js";
import { planOf } from "./plan.js";
import { type Found, runStages } from "./stages.js";
import type { DomainSetStore } from "./store.js";
import type { Results, Task } from "./worker.js";

export interface ClusteringJobs {
  platform: Platform;
  store: DomainSetStore;
  pool: WorkerPool<Task, Results[keyof Results], number>;
  workers: number;
  /** Sets at once. */
  concurrency: number;
  now: () => Date;
}

/** Takes domain sets from the queue and makes each, until the platform's signal aborts. */
export function runClusteringJobs(deps: ClusteringJobs): Promise<void> {
  const { platform, store, now, concurrency } = deps;
  return runResourceJobs({
    platform,
    queue: "clustering",
    resources: store,
    concurrency,
    now,
    make: (set, context) => makeDomainSet(deps, set, context),
    endEvent: (domainSetId, state) => ({
      subject: "clustering.domain_set_finished",
      payload: DomainSetFinished.encode({ domainSetId, state }).finish(),
    }),
  });
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
  const found = await runStages({ artifacts, pool, workers, plan, manifest: embeddings, signal, report });
  const assignments = await writeAssignments(deps, id, found);
  const centroids = artifactOf(await putOnce(artifacts, `clustering/${id}/centroids.f32`, bytesOf(found.centroids)));
  const json = JSON.stringify(
    DomainManifest.toJSON(manifestToProto(id, embeddings, found, { assignments, centroids })),
  );
  const manifest = artifactOf(await putOnce(artifacts, `clustering/${id}/domains.json`, Buffer.from(json)));
  const domains = found.domains.map(domainToProto);
  const prunedDocuments = found.pruned.reduce((sum, { summary }) => sum + BigInt(summary.documents), 0n);
  return (before) => ({ ...before, manifest, domains, prunedDocuments });
}

async function writeAssignments({ platform: { artifacts } }: ClusteringJobs, id: string, found: Found) {
  const written = [];
  for (const [index, { uri }] of found.clusters.entries()) {
    const bytes = Uint8Array.from(await readAll(artifacts, uri));
    // A negative number is a poor document: −1 whatever its cluster.
    const domains = new Int32Array(bytes.buffer).map((cluster) =>
      cluster < 0 ? -1 : (found.clusterDomains[cluster] as number),
    );
    const path = `clustering/${id}/${partName("assignments", index, "i32")}`;
    written.push(artifactOf(await putOnce(artifacts, path, bytesOf(domains))));
  }
  return written;
}
