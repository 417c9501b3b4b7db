import { type ArtifactRef, readJson } from "@climb/ports";
import { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { ShardWorkDefinition } from "@climb/resources";
import { contentId } from "@climb/runtime";
import { type GivenSettings, localVectors } from "../models/given-vectors.js";
import type { ModelKind } from "../models/load.js";
import type { NpyRows } from "../tasks/given-rows.js";
import { setFolder, shardNumber, type Work } from "./context.js";

/** The document shards that vectors are made of. */
export interface VectorParams {
  setId: string;
  /** A CorpusManifest. */
  corpus: ArtifactRef;
  kind: ModelKind;
  /** The model itself, or how it is used; of given vectors where they are. */
  model: ArtifactRef;
  /** What tells the model from others, whichever set made it. */
  modelId: string;
  halfPrecision: boolean;
}

/** What the name of a shard's vectors follows from. */
export type VectorNaming = Pick<VectorParams, "setId" | "kind" | "modelId" | "halfPrecision">;

/**
 * Where the vectors of a shard are: named by its content and the model, so that every set that has the shard shares them.
 * Given vectors are their set's alone: a row belongs to a document by its place in the corpus.
 */
export function vectorsPath(naming: VectorNaming, { shards }: CorpusManifest, index: number): string {
  const { setId, kind, modelId, halfPrecision } = naming;
  if (kind === "given") return `${setFolder(setId)}/vectors-${shardNumber(index)}.f32`;
  const sha256 = shards[index]?.artifact?.sha256 ?? "";
  return `embedding/vectors/${contentId("vectors", modelId, halfPrecision ? 2 : 4, sha256)}.f32`;
}

/** Makes the vectors of a document shard on this machine, as they are stored. */
type MakeVectors = (shard: { index: number; path: string }, signal: AbortSignal) => Promise<Uint8Array>;

interface Prepared {
  naming: VectorNaming;
  corpus: CorpusManifest;
  makeVectors: MakeVectors;
}

/** The work of the queue "embedding-vectors": the vectors of a document shard. */
export function vectorShards(work: Work): ShardWorkDefinition<VectorParams, Prepared> {
  // One shard more than threads: while its vectors are stored, all threads are at work.
  return shardsOf(work, { queue: "embedding-vectors", concurrency: work.threads + 1 });
}

/**
 * The work of the queue "embedding-remote": likewise, by asking an endpoint. A shard has as many requests under way as
 * the endpoint may get, so that a process has one shard at a time.
 */
export function remoteVectorShards(work: Work): ShardWorkDefinition<VectorParams, Prepared> {
  return shardsOf(work, { queue: "embedding-remote", concurrency: 1 });
}

function shardsOf(
  work: Work,
  queue: { queue: string; concurrency: number },
): ShardWorkDefinition<VectorParams, Prepared> {
  const { artifacts } = work.platform;
  return {
    ...queue,
    async prepare(params) {
      const corpus = CorpusManifest.fromJSON(await readJson(artifacts, params.corpus));
      const makeVectors = params.kind === "given" ? await rowsOf(work, params, corpus) : embedding(work, params);
      return { naming: params, corpus, makeVectors };
    },
    async run({ naming, corpus, makeVectors }, index, { signal }) {
      const path = await artifacts.localPath(corpus.shards[index]?.artifact ?? { uri: "" });
      await artifacts.put(vectorsPath(naming, corpus, index), await makeVectors({ index, path }, signal));
    },
  };
}

function embedding({ platform, pool, executionProviders, remotes }: Work, params: VectorParams): MakeVectors {
  const { kind, model: ref, halfPrecision } = params;
  return async ({ path }, signal) => {
    const local = await platform.artifacts.localPath(ref);
    const model = { kind, path: local, sha256: ref.sha256, executionProviders, remotes };
    return (await pool.run("embedShard", { path, model, halfPrecision }, { signal })).vectors;
  };
}

/** Rows of .npy files belong to the documents in their order. */
async function rowsOf(
  { platform, pool }: Work,
  params: VectorParams,
  { shards }: CorpusManifest,
): Promise<MakeVectors> {
  const { files, headers } = await readJson<GivenSettings>(platform.artifacts, params.model);
  const firstRow: number[] = [];
  let documents = 0;
  for (const shard of shards) {
    firstRow.push(documents);
    documents += Number(shard.documents);
  }
  return async ({ index, path: shard }, signal) => {
    const first = firstRow[index] as number;
    const rows: NpyRows[] = [];
    for (const { file, ...part } of partsOf(headers, first, firstRow[index + 1] ?? documents)) {
      const header = headers[file] as NpyRows["header"];
      rows.push({ path: await localVectors(files[file] as GivenSettings["files"][number], platform), header, ...part });
    }
    return pool.run("takeRows", { rows, shard, halfPrecision: params.halfPrecision }, { signal });
  };
}

/** The rows from `first` to `end`, counted through all files, by file. */
function partsOf(headers: readonly { rows: number }[], first: number, end: number) {
  const parts: { file: number; first: number; count: number }[] = [];
  let start = 0;
  for (const [file, { rows }] of headers.entries()) {
    const [from, to] = [Math.max(first, start), Math.min(end, start + rows)];
    if (from < to) parts.push({ file, first: from - start, count: to - from });
    start += rows;
  }
  return parts;
}
