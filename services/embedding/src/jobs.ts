import { setMaxListeners } from "node:events";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import { EmbeddingSetFinished } from "@climb/proto/embedding/v1/embedding_events";
import { EmbeddingManifest, type EmbeddingSet, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { type Platform, runResourceJobs, ServiceError } from "@climb/runtime";
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
  /** What ONNX models run on, in order. */
  executionProviders: readonly string[];
  /** Sets worked on at once. */
  concurrency: number;
  now: () => Date;
}

/** Takes embedding sets from the queue and carries each to its end, until the platform's signal aborts. */
export function runEmbeddingJobs(deps: EmbeddingJobs): Promise<void> {
  const { platform, store, now, concurrency } = deps;
  return runResourceJobs({
    platform,
    queue: "embedding",
    resources: store,
    concurrency,
    now,
    make: (set, { signal, report }) => {
      // Hundreds of tasks of one job listen to it at once; that is no leak.
      setMaxListeners(0, signal);
      const progress: StepContext["progress"] = (stage, done, total, unit) => report({ stage, done, total, unit });
      return embedCorpus(set, { ...deps, artifacts: platform.artifacts, signal, progress });
    },
    endEvent: (embeddingSetId, state) => ({
      subject: "embedding.set_finished",
      payload: EmbeddingSetFinished.encode({ embeddingSetId, state }).finish(),
    }),
  });
}

/** Everything between RUNNING and SUCCEEDED. Each step finds what an earlier attempt has finished. */
async function embedCorpus(set: EmbeddingSet, context: StepContext): Promise<(before: EmbeddingSet) => EmbeddingSet> {
  const spec = set.spec ?? EmbeddingSpec.create();
  const source = spec.corpus ?? CorpusSource.create();
  const folder = `embedding/sets/${set.id}`;
  const files = await listFiles(source.paths);
  const id = corpusId(files, source, context.limits);
  const plan = await planModel(spec);
  const halfPrecision = spec.model?.halfPrecision ?? false;
  if (embeddingSetId(id, plan, halfPrecision) !== set.id) throw changed(source, plan);
  const corpus = await readShards(context, { corpusId: id, files, options: corpusOptions(source) });
  if (corpusId(await listFiles(source.paths), source, context.limits) !== id) throw changed(source, plan);
  const model = await prepareModel(context, folder, corpus, plan);
  const { vectors, dimensions } = await writeVectors(context, folder, corpus, { ...model, halfPrecision });
  const json = EmbeddingManifest.toJSON({
    embeddingSetId: set.id,
    corpus,
    vectors: vectors.map(toArtifact),
    dimensions,
    model: toArtifact(model.artifact),
    modelKind: plan.kind,
    halfPrecision,
  });
  const manifest = toArtifact(await writeJson(context.artifacts, `${folder}/manifest.json`, json));
  const { documents, textBytes, quarantined } = corpus;
  return (before) => ({ ...before, manifest, documents, textBytes, quarantined, dimensions });
}

function changed({ paths }: CorpusSource, plan: ModelPlan): ServiceError {
  const model = plan.kind === "onnx" ? `, or the model in ${plan.settings.folder},` : "";
  const what = "have changed since the set was created; create it again to embed them as they are now";
  return new ServiceError("invalid", "INPUT_BAD", `the files of ${paths.join(", ")}${model} ${what}`, {
    path: paths.join(", "),
  });
}
