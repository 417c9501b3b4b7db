import type { ArtifactRef } from "@climb/ports";
import type { ShardWork } from "@climb/resources";
import { contentId } from "@climb/runtime";
import type { ModelKind } from "../models/load.js";
import { planParts } from "../models/plan.js";
import { type Making, putJson, setFolder, type Work } from "./context.js";
import { fitModel } from "./fit-model.js";
import type { SetPlan } from "./plan-set.js";
import type { StoredCorpus } from "./read-corpus.js";
import type { TermParams } from "./term-shards.js";

export interface PreparedModel {
  kind: ModelKind;
  artifact: ArtifactRef;
  /** What tells it from other models, whichever set made it. */
  modelId: string;
}

/** The model of a set as an artifact: the fitted one itself, of others how they are used. */
export async function prepareModel(
  work: Work,
  making: Making,
  shards: ShardWork<TermParams>,
  { setId, corpus, plan: { model } }: { setId: string; corpus: StoredCorpus; plan: SetPlan },
): Promise<PreparedModel> {
  const { artifacts } = work.platform;
  if (model.kind === "lexical") {
    const { options } = model;
    const artifact = await fitModel(work, making, shards, { setId, corpus, options });
    return { kind: "lexical", artifact, modelId: artifact.sha256 };
  }
  const path = `${setFolder(setId)}/model.json`;
  const known = await artifacts.keep(path);
  const artifact = known ?? (await putJson(artifacts, path, model.settings));
  return { kind: model.kind, artifact, modelId: contentId(...planParts(model)) };
}
