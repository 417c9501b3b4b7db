import { setMaxListeners } from "node:events";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import { JobState, type Progress } from "@climb/proto/common/v1/job";
import { EmbeddingSetFinished } from "@climb/proto/embedding/v1/embedding_events";
import { EmbeddingManifest, type EmbeddingSet, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { ended, failureOf, isFinal, type Job, type Platform, runJobs, running, ServiceError } from "@climb/runtime";
import { toArtifact, writeJson } from "./artifact.js";
import { corpusOptions } from "./convert.js";
import { corpusId, embeddingSetId } from "./identity.js";
import { type ModelPlan, planModel } from "./models/plan.js";
import { listFiles } from "./readers/list-files.js";
import type { StepContext } from "./steps/context.js";
import { prepareModel } from "./steps/prepare-model.js";
import { readShards } from "./steps/read-shards.js";
import { writeVectors } from "./steps/write-vectors.js";
import type { EmbeddingStore } from "./store.js";
import type { EmbeddingPool, ShardLimits } from "./tasks/task.js";

export interface EmbeddingJobs {
  platform: Platform;
  store: EmbeddingStore;
  pool: EmbeddingPool;
  limits: ShardLimits;
  /** Sets worked on at once. */
  concurrency: number;
  now: () => Date;
}

const TELL_MS = 1000;

/** The job of a set: one for each time that it was created anew. */
export function jobOf(set: EmbeddingSet): { id: string; payload: Uint8Array } {
  return { id: `${set.id}-${set.status?.createTime?.getTime() ?? 0}`, payload: Buffer.from(set.id, "utf8") };
}

/** Takes embedding sets from the queue and carries each to its end, until the platform's signal aborts. */
export function runEmbeddingJobs(deps: EmbeddingJobs): Promise<void> {
  const { platform, store, now } = deps;
  return runJobs({
    queue: platform.queue("embedding"),
    name: "embedding",
    concurrency: deps.concurrency,
    signal: platform.signal,
    logger: platform.logger,
    handler: (job, { signal }) => work(deps, job, signal),
    onBuried: async (job, error) => {
      const set = await finish(store, setIdOf(job), (current) => ({
        ...current,
        status: ended(current.status, JobState.JOB_STATE_FAILED, now(), failureOf(error)),
      }));
      await announce(platform, set);
    },
  });
}

function setIdOf(job: Job): string {
  return Buffer.from(job.payload).toString("utf8");
}

async function work(deps: EmbeddingJobs, job: Job, lease: AbortSignal): Promise<void> {
  const { platform, store, now } = deps;
  const set = await store.require(setIdOf(job));
  if (!isFinal(set.status) && jobOf(set).id === job.id) {
    const stopped = new AbortController();
    const signal = AbortSignal.any([lease, stopped.signal]);
    // Hundreds of tasks of one job listen to it at once; that is no leak.
    setMaxListeners(0, signal);
    const reporter = reportProgress(deps, set, job.id, () => stopped.abort(new Error("the set was cancelled")));
    try {
      const finished = await embedCorpus(set, {
        ...deps,
        artifacts: platform.artifacts,
        signal,
        progress: reporter.note,
      });
      await finish(store, set.id, (current) => ({
        ...finished,
        status: ended(current.status, JobState.JOB_STATE_SUCCEEDED, now()),
      }));
    } catch (error) {
      if (!stopped.signal.aborted) {
        // What the caller did wrong stays wrong; anything else may go better the next time.
        if (lease.aborted || !(error instanceof ServiceError) || error.kind !== "invalid") throw error;
        await finish(store, set.id, (current) => ({
          ...current,
          status: ended(current.status, JobState.JOB_STATE_FAILED, now(), failureOf(error)),
        }));
        platform.logger.warn({ embeddingSet: set.id, err: error }, "the embedding set failed");
      }
    } finally {
      await reporter.close();
    }
  }
  await announce(platform, await store.require(set.id));
}

/** Stores a last state unless the set has one already. */
function finish(
  store: EmbeddingStore,
  id: string,
  change: (current: EmbeddingSet) => EmbeddingSet,
): Promise<EmbeddingSet> {
  return store.update(id, (current) => (isFinal(current.status) ? current : change(current)));
}

async function announce(platform: Platform, set: EmbeddingSet): Promise<void> {
  const state = set.status?.state ?? JobState.JOB_STATE_UNSPECIFIED;
  if (!isFinal(set.status)) return;
  const payload = EmbeddingSetFinished.encode({ embeddingSetId: set.id, state }).finish();
  await platform.events.publish({ subject: "embedding.set_finished", id: `${jobOf(set).id}-${state}`, payload });
}

/** Everything between RUNNING and SUCCEEDED. Each step finds what an earlier attempt has finished. */
async function embedCorpus(set: EmbeddingSet, context: StepContext): Promise<EmbeddingSet> {
  const spec = set.spec ?? EmbeddingSpec.create();
  const source = spec.corpus ?? CorpusSource.create();
  const folder = `embedding/sets/${set.id}`;
  const files = await listFiles(source.paths);
  const id = corpusId(files, source, context.limits);
  const plan = await planModel(spec);
  if (embeddingSetId(id, plan) !== set.id) throw changed(source, plan);
  const corpus = await readShards(context, { corpusId: id, files, options: corpusOptions(source) });
  if (corpusId(await listFiles(source.paths), source, context.limits) !== id) throw changed(source, plan);
  const model = await prepareModel(context, folder, corpus, plan);
  const { vectors, dimensions } = await writeVectors(context, folder, corpus, model);
  const manifest = EmbeddingManifest.toJSON({
    embeddingSetId: set.id,
    corpus,
    vectors: vectors.map(toArtifact),
    dimensions,
    model: toArtifact(model.artifact),
    modelKind: plan.kind,
  });
  return {
    ...set,
    manifest: toArtifact(await writeJson(context.artifacts, `${folder}/manifest.json`, manifest)),
    documents: corpus.documents,
    textBytes: corpus.textBytes,
    quarantined: corpus.quarantined,
    dimensions,
  };
}

function changed({ paths }: CorpusSource, plan: ModelPlan): ServiceError {
  const model = plan.kind === "onnx" ? `, or the model in ${plan.settings.folder},` : "";
  const what = "have changed since the set was created; create it again to embed them as they are now";
  return new ServiceError("invalid", "INPUT_BAD", `the files of ${paths.join(", ")}${model} ${what}`, {
    path: paths.join(", "),
  });
}

/** Stores the latest progress about once a second, and notices when the set was cancelled meanwhile. */
function reportProgress(
  { store, now, platform }: EmbeddingJobs,
  set: EmbeddingSet,
  jobId: string,
  onCancelled: () => void,
) {
  let latest: Progress | undefined;
  const tell = async () => {
    const current = await store.update(set.id, (before) =>
      isFinal(before.status) || jobOf(before).id !== jobId
        ? before
        : { ...before, status: running(before.status, now(), latest) },
    );
    if (isFinal(current.status) || jobOf(current).id !== jobId) onCancelled();
  };
  let telling = tell();
  const timer = setInterval(() => {
    telling = telling.then(tell).catch((error) => {
      platform.logger.warn({ err: error, embeddingSet: set.id }, "progress could not be stored");
    });
  }, TELL_MS);
  return {
    note: (stage: string, done: number, total: number, unit: string) => {
      latest = { stage, done, total, unit };
    },
    close: async () => {
      clearInterval(timer);
      await telling;
    },
  };
}
