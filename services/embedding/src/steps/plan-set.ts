import { keptJson } from "@climb/ports";
import { CorpusSource } from "@climb/proto/common/v1/corpus";
import { type EmbeddingSet, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import type { InputFile } from "@climb/readers/input-file";
import { listFiles } from "@climb/readers/list-files";
import { ServiceError } from "@climb/runtime";
import { type ModelPlan, planModel } from "../models/plan.js";
import { setFolder, type Work } from "./context.js";
import { corpusId, embeddingSetId } from "./identity.js";

/** What a set is made of, as it was when its making began. */
export interface SetPlan {
  corpusId: string;
  model: ModelPlan;
}

/** Looks up what a set is made of, once. @throws ServiceError INPUT_BAD if it has changed since the set was created */
export async function planSet(work: Work, set: EmbeddingSet): Promise<SetPlan> {
  const { artifacts } = work.platform;
  const path = `${setFolder(set.id)}/plan.json`;
  const { value } = await keptJson(artifacts, path, async (): Promise<SetPlan> => {
    const spec = specOf(set);
    const corpus = corpusId(await filesOf(work, set), sourceOf(set), work.limits);
    const model = await planModel(spec, work.platform);
    if (embeddingSetId(corpus, model, spec.model?.halfPrecision) !== set.id) throw changed(set, model);
    return { corpusId: corpus, model };
  });
  return value;
}

/** The files of a set's corpus as they are now, if they are those that the set was created for. */
export async function unchangedFiles(work: Work, set: EmbeddingSet, plan: SetPlan): Promise<InputFile[]> {
  const files = await filesOf(work, set);
  if (corpusId(files, sourceOf(set), work.limits) !== plan.corpusId) throw changed(set, plan.model);
  return files;
}

/** What was asked for. */
export function specOf({ spec }: EmbeddingSet): EmbeddingSpec {
  return spec ?? EmbeddingSpec.create();
}

/** The corpus that was asked for. */
export function sourceOf(set: EmbeddingSet): CorpusSource {
  return specOf(set).corpus ?? CorpusSource.create();
}

function filesOf({ platform }: Work, set: EmbeddingSet): Promise<InputFile[]> {
  return listFiles(sourceOf(set).paths, platform);
}

function changed(set: EmbeddingSet, model: ModelPlan): ServiceError {
  const paths = sourceOf(set).paths.join(", ");
  const folder = model.kind === "onnx" ? `, or the model in ${model.settings.folder},` : "";
  const what = "have changed since the set was created; create it again to embed them as they are now";
  return new ServiceError("invalid", "INPUT_BAD", `the files of ${paths}${folder} ${what}`, { path: paths });
}
