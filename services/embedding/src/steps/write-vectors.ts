import { type ArtifactRef, readJson } from "@climb/ports";
import type { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { ShardWork } from "@climb/resources";
import { contentId, ServiceError } from "@climb/runtime";
import type { GivenSettings } from "../models/given-vectors.js";
import { badVectors } from "../tasks/given-rows.js";
import type { Making, Work } from "./context.js";
import type { PreparedModel } from "./prepare-model.js";
import type { StoredCorpus } from "./read-corpus.js";
import { takeVectorsById } from "./take-vectors.js";
import { type VectorParams, vectorsPath } from "./vector-shards.js";

/** One for each document shard, in their order. */
export interface SetVectors {
  vectors: ArtifactRef[];
  dimensions: number;
}

/** What a set's vectors are made of. */
export interface VectorSources {
  setId: string;
  corpus: StoredCorpus;
  model: PreparedModel;
  halfPrecision: boolean;
}

/** Embeds every document shard, one job each. @throws ServiceError MODEL_UNKNOWN, RECORD_INVALID */
export async function writeVectors(
  work: Work,
  making: Making,
  shards: { local: ShardWork<VectorParams>; remote: ShardWork<VectorParams> },
  sources: VectorSources,
): Promise<SetVectors> {
  const { setId, corpus, model, halfPrecision } = sources;
  const { artifacts } = work.platform;
  const { kind, artifact, modelId } = model;
  if (kind === "given") {
    const settings = await readJson<GivenSettings>(artifacts, artifact);
    if (settings.format === "parquet") return takeVectorsById(work, making, settings, sources);
    expectRows(settings, corpus.manifest);
  }
  const queue = kind === "remote" ? shards.remote : shards.local;
  const naming = { setId, kind, modelId, halfPrecision };
  const key = contentId("vectors", setId, corpus.ref.sha256, artifact.sha256);
  const vectors = await making.shards(queue, {
    key,
    params: { ...naming, corpus: corpus.ref, model: artifact },
    stage: "embedding",
    unit: "documents",
    units: corpus.manifest.shards.map(({ documents }) => Number(documents)),
    find: (shard) => artifacts.keep(vectorsPath(naming, corpus.manifest, shard)),
  });
  return { vectors, dimensions: dimensionsOf(vectors, sources) };
}

/** Length of a vector, which is the same in all shards. */
function dimensionsOf(vectors: readonly ArtifactRef[], { corpus, model, halfPrecision }: VectorSources): number {
  const valueBytes = halfPrecision ? 2 : 4;
  const found = corpus.manifest.shards.map(
    ({ documents }, i) => (vectors[i]?.sizeBytes ?? 0) / Number(documents) / valueBytes,
  );
  const [dimensions = 0] = found;
  const other = found.findIndex((length) => length !== dimensions);
  if (other < 0) return dimensions;
  const message = `the model gave vectors of ${dimensions} values for shard 0 and ${found[other]} for shard ${other}`;
  throw new ServiceError("invalid", "MODEL_UNKNOWN", message, { model: model.kind });
}

function expectRows({ files, headers }: GivenSettings, { documents }: CorpusManifest): void {
  const rows = headers.reduce((sum, header) => sum + header.rows, 0);
  if (BigInt(rows) === documents) return;
  const fault = `${rows} vectors, but the corpus has ${documents} documents; Parquet with ids may have others`;
  throw badVectors(files.map(({ path }) => path).join(", "), fault);
}
