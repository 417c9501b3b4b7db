import { expectBelow, type Platform } from "@climb/ports";
import { type EmbeddingSpec, LexicalModel } from "@climb/proto/embedding/v1/embedding_service";
import { LEXICAL_DEFAULTS, type LexicalOptions } from "../core/options.js";
import { TOKENIZER } from "../core/tokenizer.js";
import { type GivenSettings, givenParts, planGivenVectors } from "./given-vectors.js";
import { type OnnxSettings, readOnnxFolder } from "./onnx-folder.js";
import type { RemoteSettings } from "./remote-embedder.js";

/** A model as it was asked for, with everything looked up that its vectors depend on. */
export type ModelPlan =
  | { kind: "lexical"; options: LexicalOptions }
  | { kind: "onnx"; settings: OnnxSettings }
  | { kind: "remote"; settings: RemoteSettings }
  | { kind: "given"; settings: GivenSettings };

const DEFAULT_CONCURRENCY = 8;

/** @throws ServiceError MODEL_UNKNOWN; of given vectors PATH_UNREADABLE, INPUT_EMPTY, RECORD_INVALID */
export async function planModel(
  spec: EmbeddingSpec,
  platform: Pick<Platform, "callerFile" | "corpusRoots" | "corpusBuckets">,
): Promise<ModelPlan> {
  const kind = spec.model?.kind;
  // A folder of a model holds files that a caller names, as a corpus does.
  if (kind?.$case === "onnx" && platform.corpusRoots) await expectBelow(kind.value.path, platform.corpusRoots);
  if (kind?.$case === "onnx") return { kind: "onnx", settings: await readOnnxFolder(kind.value) };
  if (kind?.$case === "given") return { kind: "given", settings: await planGivenVectors(kind.value, platform) };
  if (kind?.$case === "remote") {
    const { address, model, concurrency, apiKey } = kind.value;
    const settings = {
      address: address.replace(/\/+$/, ""),
      model,
      concurrency: concurrency || DEFAULT_CONCURRENCY,
      ...(apiKey && { apiKey }),
    };
    return { kind: "remote", settings };
  }
  return { kind: "lexical", options: lexicalOptions(spec) };
}

/** How to fit the lexical model, with defaults for what is unset. */
function lexicalOptions(spec: EmbeddingSpec): LexicalOptions {
  const given = spec.model?.kind?.$case === "lexical" ? spec.model.kind.value : LexicalModel.create();
  return {
    dimensions: given.dimensions || LEXICAL_DEFAULTS.dimensions,
    maxTerms: given.maxTerms || LEXICAL_DEFAULTS.maxTerms,
    minDocuments: given.minDocuments || LEXICAL_DEFAULTS.minDocuments,
    fitDocuments: given.fitDocuments || LEXICAL_DEFAULTS.fitDocuments,
    seed: spec.seed,
  };
}

/** What tells one model from another in the name of an embedding set. */
export function planParts(plan: ModelPlan): (string | number)[] {
  if (plan.kind === "onnx") {
    // The folder's own name says nothing of the vectors: a copy elsewhere is the same model.
    const { folder: _, ...settings } = plan.settings;
    return ["onnx", JSON.stringify(settings)];
  }
  if (plan.kind === "given") return givenParts(plan.settings);
  if (plan.kind === "remote") return ["remote", plan.settings.address, plan.settings.model];
  const { dimensions, maxTerms, minDocuments, fitDocuments, seed } = plan.options;
  return ["lexical", TOKENIZER, dimensions, maxTerms, minDocuments, fitDocuments, seed];
}
