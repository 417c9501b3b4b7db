import { hashSeed } from "@climb/numeric";
import { type AssignedShard, readAssigned } from "@climb/runtime/worker";
import { trainMerges } from "../core/tokenizer/bpe-trainer.js";
import { toHuggingFace } from "../core/tokenizer/hugging-face.js";
import { countWords } from "../core/tokenizer/pre-tokenizer.js";
import { createTokenizer } from "../core/tokenizer/tokenizer.js";

export interface TrainTokenizerTask {
  shards: AssignedShard[];
  /** UTF-8 bytes of text of each domain. */
  domainBytes: number[];
  vocabulary: number;
  /** UTF-8 bytes to train on, the same from every domain as far as it has them. */
  sampleBytes: number;
  seed: number;
}

/** Learns a byte-level BPE on a seeded sample of the documents; returns tokenizer.json. */
export async function trainTokenizer(task: TrainTokenizerTask, stop: () => void): Promise<string> {
  const share = levelShare(task.domainBytes, task.sampleBytes);
  const words = countWords();
  for await (const { index, text, domain } of readAssigned(task.shards)) {
    const chance = domain < 0 ? 0 : Math.min(1, share / (task.domainBytes[domain] as number));
    if ((hashSeed(task.seed, "tokenizer", index) >>> 0) / 4294967296 < chance) words.add(text);
    if (index % 256 === 0) stop();
  }
  return JSON.stringify(toHuggingFace(createTokenizer(trainMerges(words.counts, task.vocabulary))));
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
