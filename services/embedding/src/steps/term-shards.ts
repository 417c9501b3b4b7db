import { type ArtifactRef, readJson } from "@climb/ports";
import { CorpusManifest } from "@climb/proto/common/v1/corpus";
import type { ShardWorkDefinition } from "@climb/resources";
import { contentId } from "@climb/runtime";
import type { LexicalOptions } from "../core/options.js";
import { sampleRows } from "../core/sample.js";
import { TOKENIZER } from "../core/tokenizer.js";
import type { Work } from "./context.js";

/** The document shards of which terms are counted. */
export interface TermParams {
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

/**
 * Where the terms of a shard's documents are: named by its content and by which of them the model is fitted on, so that every
 * set that has the shard shares them.
 */
export function termsPath({ shards }: CorpusManifest, { index, rows }: SampledShard): string {
  return `embedding/terms/${contentId("terms", TOKENIZER, shards[index]?.artifact?.sha256 ?? "", bytesOf(rows))}.bin`;
}

function bytesOf(rows: Uint32Array | undefined): Uint8Array | string {
  return rows ? new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength) : "all";
}

/** The shards with documents that the model is fitted on; the same in every process. */
export function sampledShards({ shards }: CorpusManifest, { fitDocuments, seed }: LexicalOptions): SampledShard[] {
  const sizes = shards.map(({ documents }) => Number(documents));
  return sampleRows(sizes, fitDocuments, seed)
    .map((rows, index) => ({ index, rows, documents: rows?.length ?? (sizes[index] as number) }))
    .filter(({ documents }) => documents > 0);
}

interface Prepared {
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
    async prepare({ corpus: ref, options }) {
      const corpus = CorpusManifest.fromJSON(await readJson(artifacts, ref));
      return { corpus, sample: sampledShards(corpus, options) };
    },
    async run({ corpus, sample }, shard, { signal }) {
      const sampled = sample[shard] as SampledShard;
      const { index, rows } = sampled;
      const path = await artifacts.localPath(corpus.shards[index]?.artifact ?? { uri: "" });
      await artifacts.put(termsPath(corpus, sampled), await pool.run("countShard", { path, rows }, { signal }));
    },
  };
}
