import { DomainSetFinished } from "@climb/proto/clustering/v1/clustering_events";
import { DomainManifest, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { endEventId, failureOf, isFinal, type Platform, runJobs, ServiceError, type WorkerPool } from "@climb/runtime";
import { artifactOf, bytesOf, documentsOf, partName, putOnce, readAll, readEmbeddings } from "./artifacts.js";
import { domainToProto, manifestToProto } from "./convert.js";
import { planOf } from "./plan.js";
import { progressOf } from "./progress.js";
import { type Found, runStages } from "./stages.js";
import { atWork, type DomainSetStore, inLastState } from "./store.js";
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

/** Takes domain sets from the queue and finishes each, until the platform's signal aborts. */
export function runClusteringJobs(deps: ClusteringJobs): Promise<void> {
  const { platform, store, now, concurrency } = deps;
  return runJobs({
    queue: platform.queue("clustering"),
    name: "clustering",
    concurrency,
    signal: platform.signal,
    logger: platform.logger,
    handler: ({ id }, { signal }) => work(deps, id, signal),
    onBuried: async ({ id }, error) => {
      const failure = { ...failureOf(error), reason: "JOB_POISONED" };
      await store.update(id, (set) => inLastState(set, JobState.JOB_STATE_FAILED, now(), failure));
      await announce(deps, id);
    },
  });
}

async function work(deps: ClusteringJobs, id: string, lease: AbortSignal): Promise<void> {
  const { store, now, platform } = deps;
  const started = await store.update(id, (set) => atWork(set, now(), set.status?.progress));
  if (!isFinal(started.status)) {
    const cancelled = new AbortController();
    const over = new AbortController();
    const watching = abortWhenCancelled(store, id, cancelled, AbortSignal.any([lease, over.signal]));
    try {
      await finish(deps, started, AbortSignal.any([lease, cancelled.signal]));
    } catch (error) {
      if (lease.aborted) throw error;
      if (!cancelled.signal.aborted) {
        if (isPassing(error)) throw error;
        platform.logger.error({ err: error, set: id }, "a domain set failed");
        await store.update(id, (set) => inLastState(set, JobState.JOB_STATE_FAILED, now(), failureOf(error)));
      }
    } finally {
      over.abort();
      await watching;
    }
  }
  await announce(deps, id);
}

/** Does the work and stores the result. What was finished before a crash is found and used again. */
async function finish(deps: ClusteringJobs, { id, spec }: DomainSet, signal: AbortSignal): Promise<void> {
  const { platform, pool, workers, store, now } = deps;
  const { artifacts } = platform;
  const asked = spec ?? DomainSpec.create();
  const embeddings = await readEmbeddings(artifacts, asked.embeddings ?? { uri: "", sha256: "", sizeBytes: 0n });
  const plan = planOf(asked, documentsOf(embeddings));
  const progress = progressOf(store, id, now);
  try {
    const { report } = progress;
    const found = await runStages({ artifacts, pool, workers, plan, manifest: embeddings, signal, report });
    const assignments = await writeAssignments(deps, id, found);
    const centroids = artifactOf(await putOnce(artifacts, `clustering/${id}/centroids.f32`, bytesOf(found.centroids)));
    const manifest = manifestToProto(id, embeddings, found, { assignments, centroids });
    const json = JSON.stringify(DomainManifest.toJSON(manifest));
    const stored = artifactOf(await putOnce(artifacts, `clustering/${id}/domains.json`, Buffer.from(json)));
    signal.throwIfAborted();
    await progress.settled();
    const prunedDocuments = found.pruned.reduce((sum, { summary }) => sum + BigInt(summary.documents), 0n);
    await store.update(id, (set) => {
      const done = inLastState(set, JobState.JOB_STATE_SUCCEEDED, now());
      if (done === set) return set;
      return { ...done, manifest: stored, domains: found.domains.map(domainToProto), prunedDocuments };
    });
  } finally {
    await progress.settled();
  }
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

async function abortWhenCancelled(
  store: DomainSetStore,
  id: string,
  cancelled: AbortController,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { resource } of store.watch(id, { afterSequence: 0, signal })) {
      if (resource.status?.state !== JobState.JOB_STATE_CANCELLED) continue;
      cancelled.abort(new Error(`domain set ${id} was cancelled`));
      return;
    }
  } catch (error) {
    // Without the watch a cancel could not stop the work: better to give the job back.
    if (!signal.aborted) cancelled.abort(error);
  }
}

async function announce({ platform, store }: ClusteringJobs, id: string): Promise<void> {
  const { status } = await store.require(id);
  const state = status?.state ?? JobState.JOB_STATE_UNSPECIFIED;
  const payload = DomainSetFinished.encode({ domainSetId: id, state }).finish();
  const event = { subject: "clustering.domain_set_finished", id: endEventId(id, status), payload };
  await platform.events.publish(event);
}

/** Failures that another try may not meet again. */
function isPassing(error: unknown): boolean {
  return error instanceof ServiceError && (error.kind === "unavailable" || error.kind === "exhausted");
}
