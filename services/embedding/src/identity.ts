import type { CorpusSource } from "@climb/proto/common/v1/corpus";
import type { EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { contentId } from "@climb/runtime";
import { corpusOptions, lexicalOptions } from "./convert.js";
import { TOKENIZER } from "./core/tokenizer.js";
import { fingerprint } from "./readers/fingerprint.js";
import type { InputFile } from "./readers/input-file.js";
import type { ShardLimits } from "./tasks/task.js";

/** Name of a corpus: its files, how they are read and how they are cut into shards. */
export function corpusId(files: readonly InputFile[], source: CorpusSource, limits: ShardLimits): string {
  return contentId(fingerprint(files, corpusOptions(source)), limits.documents, limits.textBytes);
}

/** Name of an embedding set: the corpus, the model and its options. */
export function embeddingSetId(corpus: string, spec: EmbeddingSpec): string {
  const { dimensions, maxTerms, minDocuments, fitDocuments, seed } = lexicalOptions(spec);
  return contentId("lexical", TOKENIZER, corpus, dimensions, maxTerms, minDocuments, fitDocuments, seed);
}
