import { resolve } from "node:path";
import { CorpusSource, CorpusFormat as Format } from "@climb/proto/common/v1/corpus";
import type { EmbeddingModel, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import type { CorpusOptions } from "@climb/readers/document";
import type { CorpusFormat } from "@climb/readers/input-file";

const CORPUS_DEFAULTS = {
  idField: "id",
  maxBadShare: 0.01,
  maxDocumentBytes: 1024 * 1024,
} as const;

const FORMATS: ReadonlyMap<Format, CorpusFormat> = new Map([
  [Format.CORPUS_FORMAT_UNSPECIFIED, "auto"],
  [Format.CORPUS_FORMAT_JSONL, "jsonl"],
  [Format.CORPUS_FORMAT_PARQUET, "parquet"],
  [Format.CORPUS_FORMAT_FILES, "files"],
  [Format.CORPUS_FORMAT_CSV, "csv"],
  [Format.CORPUS_FORMAT_ARROW, "arrow"],
  [Format.CORPUS_FORMAT_TAR, "tar"],
]);

/** Undefined for a number that the contract does not know. */
export function formatFromProto(format: Format): CorpusFormat | undefined {
  return FORMATS.get(format);
}

/** How to read a corpus, with defaults for what is unset. */
export function corpusOptions(source: CorpusSource): CorpusOptions {
  return {
    format: formatFromProto(source.format) ?? "auto",
    textField: source.textField,
    idField: source.idField || CORPUS_DEFAULTS.idField,
    maxBadShare: source.maxBadShare ?? CORPUS_DEFAULTS.maxBadShare,
    maxDocumentBytes: Number(source.maxDocumentBytes) || CORPUS_DEFAULTS.maxDocumentBytes,
    maxDocuments: Number(source.maxDocuments),
    skipBrokenFiles: source.skipBrokenFiles,
    carry: source.carry,
    ...(source.withoutText && { withoutText: true }),
  };
}

/** The specification with absolute paths: a job may be taken up by a process that was started elsewhere. */
export function withAbsolutePaths(spec: EmbeddingSpec): EmbeddingSpec {
  const corpus = spec.corpus ?? CorpusSource.create();
  const model = spec.model?.kind;
  return {
    ...spec,
    corpus: { ...corpus, paths: corpus.paths.map(absolute) },
    model: spec.model && { ...spec.model, kind: model && withAbsoluteModel(model) },
  };
}

function withAbsoluteModel(model: NonNullable<EmbeddingModel["kind"]>): EmbeddingModel["kind"] {
  if (model.$case === "onnx") return { ...model, value: { ...model.value, path: resolve(model.value.path) } };
  if (model.$case !== "given") return model;
  return { ...model, value: { ...model.value, paths: model.value.paths.map(absolute) } };
}

function absolute(path: string): string {
  return path.includes("://") ? path : resolve(path);
}
