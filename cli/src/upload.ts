import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { type Patience, uploadFile } from "@climb/client";
import type { DomainSpec, QualityScorer } from "@climb/proto/clustering/v1/clustering_service";
import type { EmbeddingModel } from "@climb/proto/embedding/v1/embedding_service";
import type { SearchSpec } from "@climb/proto/search/v1/search_service";
import { whyUnreadable } from "@climb/runtime";
import { CommandError } from "./errors.js";
import type { Output } from "./output.js";

/** Files above are shown while they are sent. */
const SHOWN_BYTES = 10 * 1024 * 1024;

/**
 * Uploads a file to a suite elsewhere, unless it has it, and shows how far it is.
 * @returns its climb:// URI with its name, or the path itself if it names something that is no file here: an object, an upload
 * @throws CommandError for what cannot be read
 */
export async function uploadCallersFile(
  store: Parameters<typeof uploadFile>[0],
  path: string,
  output: Output,
  patience: Patience,
): Promise<string> {
  if (path.includes("://")) return path;
  const found = await stat(path).catch((error) => {
    throw new CommandError(`${path}: ${whyUnreadable(error)}`);
  });
  if (!found.isFile()) throw new CommandError(`${path}: is no file; a suite elsewhere takes files, one by one`);
  const onProgress = (done: number, total: number) => {
    if (total > SHOWN_BYTES) output.progress(`uploading ${basename(path)}`, done / 1e6, total / 1e6, "MB");
  };
  return uploadFile(store, path, { ...patience, onProgress });
}

type Upload = (path: string) => Promise<string>;

/** A search whose files are where the suite finds them. Corpora stay where they are. */
export async function withUploads(spec: SearchSpec, upload: Upload): Promise<SearchSpec> {
  const { input, tokenizer, base } = spec;
  const targets = await Promise.all(
    spec.targets.map(async (target) => ({ ...target, paths: await Promise.all(target.paths.map(upload)) })),
  );
  return {
    ...spec,
    targets,
    tokenizer: tokenizer && { ...tokenizer, path: await upload(tokenizer.path) },
    base: base && { ...base, path: await upload(base.path) },
    input:
      input?.$case === "corpus"
        ? {
            $case: "corpus",
            value: {
              ...input.value,
              model: input.value.model && (await modelWithUploads(input.value.model, upload)),
              domains: input.value.domains && (await domainsWithUploads(input.value.domains, upload)),
            },
          }
        : input,
  };
}

/** Options of clustering whose files are where the suite finds them. */
export async function domainsWithUploads<S extends Pick<DomainSpec, "labels" | "scorers">>(
  spec: S,
  upload: Upload,
): Promise<S> {
  const { labels } = spec;
  const scorers = await Promise.all(spec.scorers.map((scorer) => scorerWithUpload(scorer, upload)));
  return { ...spec, scorers, labels: labels && { ...labels, path: await upload(labels.path) } };
}

async function scorerWithUpload(scorer: QualityScorer, upload: Upload): Promise<QualityScorer> {
  const { kind } = scorer;
  if (!kind) return scorer;
  const path = await upload(kind.value.path);
  return kind.$case === "fasttext"
    ? { ...scorer, kind: { $case: "fasttext", value: { ...kind.value, path } } }
    : { ...scorer, kind: { $case: "annotations", value: { ...kind.value, path } } };
}

/** A model whose vectors are where the suite finds them. Folders of models must be where the suite is. */
export async function modelWithUploads(model: EmbeddingModel, upload: Upload): Promise<EmbeddingModel> {
  if (model.kind?.$case !== "given") return model;
  const { value } = model.kind;
  return {
    ...model,
    kind: { $case: "given", value: { ...value, paths: await Promise.all(value.paths.map(upload)) } },
  };
}
