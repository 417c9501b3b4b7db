import { type AssignedShard, readAssigned } from "@climb/corpus";
import { hashSeed } from "@climb/numeric";
import type { TaskContext } from "@climb/runtime/worker";
import { trainMerges } from "../core/tokenizer/bpe-trainer.js";
import { toHuggingFace } from "../core/tokenizer/hugging-face.js";
import { countWords } from "../core/tokenizer/pre-tokenizer.js";
import { createTokenizer } from "../core/tokenizer/tokenizer.js";

export interface SampleWordsTask {
  shard: AssignedShard;
  /** Documents in the shards before this one. */
  firstIndex: number;
  /** UTF-8 bytes of text of each domain. */
  domainBytes: number[];
  /** UTF-8 bytes to train on, the same from every domain as far as it has them. */
  sampleBytes: number;
  seed: number;
}

/** How often each word occurs in a shard's part of the seeded sample that a tokenizer is learnt on. */
export async function sampleWords(
  { shard, firstIndex, domainBytes, sampleBytes, seed }: SampleWordsTask,
  context: TaskContext<never>,
): Promise<ReadonlyMap<string, number>> {
  const share = levelShare(domainBytes, sampleBytes);
  const words = countWords();
  for await (const { index, text, domain } of readAssigned([shard])) {
    const chance = domain < 0 ? 0 : Math.min(1, share / (domainBytes[domain] as number));
    if ((hashSeed(seed, "tokenizer", firstIndex + index) >>> 0) / 4294967296 < chance) words.add(text);
    if (index % 256 === 0) context.throwIfAborted();
  }
  return words.counts;
}

/** Learns a byte-level BPE from word counts; returns tokenizer.json. @throws RangeError without words */
export function trainTokenizer(task: { words: ReadonlyMap<string, number>; vocabulary: number }): string {
  return JSON.stringify(toHuggingFace(createTokenizer(trainMerges(task.words, task.vocabulary))));
}

/**
 * The most bytes to take from any one domain so that all together give about `wanted`: large domains give equally
 * much, small ones all they have, so that the vocabulary is not that of the largest domain.
 */
export function levelShare(domainBytes: number[], wanted: number): number {
  const sorted = [...domainBytes].sort((a, b) => a - b);
  let left = wanted;
  for (let i = 0; i < sorted.length; i++) {
    const equal = left / (sorted.length - i);
    const bytes = sorted[i] as number;
    if (bytes >= equal) return equal;
    left -= bytes;
  }
  return sorted.at(-1) ?? 0;
}
