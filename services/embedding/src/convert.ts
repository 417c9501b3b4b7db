import { resolve } from "node:path";
import { CorpusSource, CorpusFormat as Format } from "@climb/proto/common/v1/corpus";
import { type EmbeddingModel, type EmbeddingSpec, LexicalModel } from "@climb/proto/embedding/v1/embedding_service";
import { LEXICAL_DEFAULTS, type LexicalOptions } from "./core/options.js";
import type { CorpusFormat } from "./readers/input-file.js";
import type { CorpusOptions } from "./readers/read-corpus.js";

export const CORPUS_DEFAULTS = {
  textField: "text",
  idField: "id",
  maxBadShare: 0.05,
  maxDocumentBytes: 1024 * 1024,
} as const;

const FORMATS: ReadonlyMap<Format, CorpusFormat> = new Map([
  [Format.CORPUS_FORMAT_UNSPECIFIED, "auto"],
  [Format.CORPUS_FORMAT_JSONL, "jsonl"],
  [Format.CORPUS_FORMAT_PARQUET, "parquet"],
  [Format.CORPUS_FORMAT_FILES, "files"],
]);

/** Undefined for a number that the contract does not know. */
export function formatFromProto(format: Format): CorpusFormat | undefined {
  return FORMATS.get(format);
}

/** How to read a corpus, with defaults for what is unset. */
export function corpusOptions(source: CorpusSource): CorpusOptions {
  return {
    format: formatFromProto(source.format) ?? "auto",
    textField: source.textField || CORPUS_DEFAULTS.textField,
    idField: source.idField || CORPUS_DEFAULTS.idField,
    maxBadShare: source.maxBadShare ?? CORPUS_DEFAULTS.maxBadShare,
    maxDocumentBytes: Number(source.maxDocumentBytes) || CORPUS_DEFAULTS.maxDocumentBytes,
    maxDocuments: Number(source.maxDocuments),
  };
}

/** How to fit the lexical model, with defaults for what is unset. */
export function lexicalOptions(spec: EmbeddingSpec): LexicalOptions {
  const given = spec.model?.kind?.$case === "lexical" ? spec.model.kind.value : LexicalModel.create();
  return {
    dimensions: given.dimensions || LEXICAL_DEFAULTS.dimensions,
    maxTerms: given.maxTerms || LEXICAL_DEFAULTS.maxTerms,
    minDocuments: given.minDocuments || LEXICAL_DEFAULTS.minDocuments,
    fitDocuments: given.fitDocuments || LEXICAL_DEFAULTS.fitDocuments,
    seed: spec.seed,
  };
}

/** The specification with absolute paths: a job may be taken up by a process that was started elsewhere. */
export function withAbsolutePaths(spec: EmbeddingSpec): EmbeddingSpec {
  const corpus = spec.corpus ?? CorpusSource.create();
  const model = spec.model?.kind;
  return {
    ...spec,
    corpus: { ...corpus, paths: corpus.paths.map((path) => (path.includes("://") ? path : resolve(path))) },
    model: spec.model && { ...spec.model, kind: model && withAbsoluteModel(model) },
  };
}

function withAbsoluteModel(model: NonNullable<EmbeddingModel["kind"]>): EmbeddingModel["kind"] {
  if (model.$case === "onnx") return { ...model, value: { ...model.value, path: resolve(model.value.path) } };
  if (model.$case !== "given") return model;
  return { ...model, value: { ...model.value, paths: model.value.paths.map((path) => resolve(path)) } };
}
