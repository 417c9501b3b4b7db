import { setMaxListeners } from "node:events";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import type { Fault } from "@climb/proto/common/v1/job";
import { EmbeddingSetFinished } from "@climb/proto/embedding/v1/embedding_events";
import {
  type CreateEmbeddingSetRequest,
  EmbeddingManifest,
  EmbeddingSet,
  EmbeddingSpec,
} from "@climb/proto/embedding/v1/embedding_service";
import { type Checked, defineResource, pending, type ResourceKind, toArtifact } from "@climb/resources";
import { type CallContext, ServiceError } from "@climb/runtime";
import type { ModelPlan } from "../models/plan.js";
import { putJson, setFolder, type Work } from "../steps/context.js";
import { corpusId, embeddingSetId } from "../steps/identity.js";
import { pieceShards } from "../steps/piece-shards.js";
import { planSet, specOf } from "../steps/plan-set.js";
import { prepareModel } from "../steps/prepare-model.js";
import { readCorpus } from "../steps/read-corpus.js";
import { termShards } from "../steps/term-shards.js";
import { remoteVectorShards, vectorShards } from "../steps/vector-shards.js";
import { writeVectors } from "../steps/write-vectors.js";
import { checkSpec } from "./check-spec.js";
import { withAbsolutePaths } from "./convert.js";

type Request = Pick<CreateEmbeddingSetRequest, "spec">;
export type EmbeddingSets = ResourceKind<EmbeddingSet, Request, "EmbeddingSet", "EmbeddingSets">;

/** Embedding sets: a corpus, read and turned into vectors. @param concurrency sets worked on at once */
export function defineEmbeddingSets(work: Work, concurrency: number): EmbeddingSets {
  const { artifacts } = work.platform;
  const kind: EmbeddingSets = defineResource(work.platform, {
    kind: "embedding-set",
    names: { one: "EmbeddingSet", many: "EmbeddingSets" },
    message: EmbeddingSet,
    concurrency,
    check: (request: Request, context) => checkSet(work, request, context),
    async make(set, making) {
      // Hundreds of tasks of one job listen to it at once; that is no leak.
      setMaxListeners(0, making.signal);
      const setId = set.id;
      const halfPrecision = specOf(set).model?.halfPrecision ?? false;
      const plan = await planSet(work, set);
      const corpus = await readCorpus(work, making, pieces, set, plan);
      const model = await prepareModel(work, making, terms, { setId, corpus, plan });
      const { vectors, dimensions } = await writeVectors(work, making, vectorWork, {
        setId,
        corpus,
        model,
        halfPrecision,
      });
      const json = EmbeddingManifest.toJSON({
        embeddingSetId: setId,
        corpus: corpus.manifest,
        vectors: vectors.map(toArtifact),
        dimensions,
        model: toArtifact(model.artifact),
        modelKind: model.kind,
        halfPrecision,
      });
      const manifest = toArtifact(await putJson(artifacts, `${setFolder(setId)}/manifest.json`, json));
      const { documents, textBytes, quarantined, losses, notes } = corpus.manifest;
      return (before) => ({ ...before, manifest, documents, textBytes, quarantined, dimensions, losses, notes });
    },
    event: (id, state) => ({
      subject: "embedding.set_finished",
      payload: EmbeddingSetFinished.encode({ embeddingSetId: id, state }).finish(),
    }),
  });
  const pieces = kind.shards(pieceShards(work));
  const terms = kind.shards(termShards(work));
  const vectorWork = { local: kind.shards(vectorShards(work)), remote: kind.shards(remoteVectorShards(work)) };
  return kind;
}

/** Folders that have passed a probe as they are now: a large model takes seconds to open. */
const passed = new Set<string>();

/** What a few texts show to be wrong with an ONNX folder. */
async function probe({ pool, executionProviders }: Work, plan: ModelPlan): Promise<Fault | undefined> {
  if (plan.kind !== "onnx") return undefined;
  const key = JSON.stringify([plan.settings, executionProviders]);
  if (passed.has(key)) return undefined;
  try {
    await pool.run("probeModel", { settings: plan.settings, executionProviders });
    passed.add(key);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { field: "spec.model.onnx", message: error.message, reason: error.reason };
  }
}

async function checkSet(
  work: Work,
  { spec: given }: Request,
  { signal }: Pick<CallContext, "signal">,
): Promise<Checked<EmbeddingSet>> {
  const { platform, limits, remotes } = work;
  const spec = withAbsolutePaths(given ?? EmbeddingSpec.create());
  const { faults, files, plan } = await checkSpec(spec, platform, signal, remotes);
  if (faults.length > 0 || !plan) return { faults };
  const unusable = await probe(work, plan);
  if (unusable) return { faults: [unusable] };
  const corpus = corpusId(files, spec.corpus ?? CorpusSource.create(), limits);
  const id = embeddingSetId(corpus, plan, spec.model?.halfPrecision);
  return { faults, wanted: EmbeddingSet.fromPartial({ id, spec, status: pending(new Date()) }) };
}
