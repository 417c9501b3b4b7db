import type { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { ArtifactRef } from "@climb/runtime";
import { writeJson } from "../artifact.js";
import type { ModelPlan } from "../models/plan.js";
import type { ModelKind } from "../tasks/task.js";
import type { StepContext } from "./context.js";
import { fitModel } from "./fit-model.js";

export interface PreparedModel {
  kind: ModelKind;
  artifact: ArtifactRef;
}

/** The model of a set as an artifact: the fitted one itself, of others how they are used. */
export async function prepareModel(
  context: StepContext,
  folder: string,
  corpus: CorpusManifest,
  plan: ModelPlan,
): Promise<PreparedModel> {
  if (plan.kind === "lexical") {
    return { kind: "lexical", artifact: await fitModel(context, `${folder}/model.bin`, corpus, plan.options) };
  }
  const path = `${folder}/model.json`;
  const known = await context.artifacts.stat(path);
  return { kind: plan.kind, artifact: known ?? (await writeJson(context.artifacts, path, plan.settings)) };
}
