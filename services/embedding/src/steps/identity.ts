import type { CorpusSource } from "@climb/proto/common/v1/corpus";
import { fingerprint } from "@climb/readers/fingerprint";
import type { InputFile } from "@climb/readers/input-file";
import { contentId } from "@climb/runtime";
import { type ModelPlan, planParts } from "../models/plan.js";
import { corpusOptions } from "../rpc/convert.js";
import type { ShardLimits } from "../tasks/read-piece.js";

/** How a corpus is cut. */
export interface CorpusLimits extends ShardLimits {
  /** Bytes of its files that one job reads. */
  pieceBytes: number;
}

/** Name of a corpus: its files, how they are read and how they are cut into pieces and shards. */
export function corpusId(files: readonly InputFile[], source: CorpusSource, limits: CorpusLimits): string {
  const { documents, textBytes, pieceBytes } = limits;
  return contentId(fingerprint(files, corpusOptions(source)), documents, textBytes, pieceBytes);
}

/** Name of an embedding set: the corpus, the model and its options. */
export function embeddingSetId(corpus: string, plan: ModelPlan, halfPrecision = false): string {
  const [kind = "", ...parts] = planParts(plan);
  const half = halfPrecision ? ["float16"] : [];
  // The lexical tokenizer's version stands before the corpus, as it always has.
  return plan.kind === "lexical"
    ? contentId(kind, parts[0] ?? "", corpus, ...parts.slice(1), ...half)
    : contentId(kind, corpus, ...parts, ...half);
}
