import type { ArtifactRef } from "@climb/ports";
import type { ShardWork } from "@climb/resources";
import type { ModelKind } from "../models/load.js";
import { type Making, putJson, setFolder, type Work } from "./context.js";
import { fitModel } from "./fit-model.js";
import type { SetPlan } from "./plan-set.js";
import type { StoredCorpus } from "./read-corpus.js";
import type { TermParams } from "./term-shards.js";

export interface PreparedModel {
  kind: ModelKind;
  artifact: ArtifactRef;
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
    return { kind: "lexical", artifact: await fitModel(work, making, shards, { setId, corpus, options }) };
  }
  const path = `${setFolder(setId)}/model.json`;
  const known = await artifacts.keep(path);
  return { kind: model.kind, artifact: known ?? (await putJson(artifacts, path, model.settings)) };
}
