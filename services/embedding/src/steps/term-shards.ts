import { type ArtifactRef, readJson } from "@climb/ports";
import { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { ShardWorkDefinition } from "@climb/resources";
import type { LexicalOptions } from "../core/options.js";
import { sampleRows } from "../core/sample.js";
import { setFolder, shardNumber, type Work } from "./context.js";

/** The document shards of which terms are counted. */
export interface TermParams {
  setId: string;
  /** A CorpusManifest. */
  corpus: ArtifactRef;
  options: LexicalOptions;
}

/** Documents of a shard that the model is fitted on. */
export interface SampledShard {
  /** Index of the document shard. */
  index: number;
  /** All of them, unless given. */
  rows: Uint32Array | undefined;
  documents: number;
}

/** Where the terms of a shard are. */
export function termsPath(setId: string, index: number): string {
  return `${termsFolder(setId)}${shardNumber(index)}.bin`;
}

/** The prefix of the names of all terms of a set. */
export function termsFolder(setId: string): string {
  return `${setFolder(setId)}/terms/`;
}

/** The shards with documents that the model is fitted on; the same in every process. */
export function sampledShards({ shards }: CorpusManifest, { fitDocuments, seed }: LexicalOptions): SampledShard[] {
  const sizes = shards.map(({ documents }) => Number(documents));
  return sampleRows(sizes, fitDocuments, seed)
    .map((rows, index) => ({ index, rows, documents: rows?.length ?? (sizes[index] as number) }))
    .filter(({ documents }) => documents > 0);
}

interface Prepared {
  setId: string;
  corpus: CorpusManifest;
  sample: SampledShard[];
}

/** The work of the queue "embedding-terms": counts the terms of a document shard. */
export function termShards({
  platform: { artifacts },
  pool,
  threads,
}: Work): ShardWorkDefinition<TermParams, Prepared> {
  return {
    queue: "embedding-terms",
    concurrency: threads,
    async prepare({ setId, corpus: ref, options }) {
      const corpus = CorpusManifest.fromJSON(await readJson(artifacts, ref));
      return { setId, corpus, sample: sampledShards(corpus, options) };
    },
    async run({ setId, corpus, sample }, shard, { signal }) {
      const { index, rows } = sample[shard] as SampledShard;
      const path = await artifacts.localPath(corpus.shards[index]?.artifact ?? { uri: "" });
      await artifacts.put(termsPath(setId, index), await pool.run("countShard", { path, rows }, { signal }));
    },
  };
}
