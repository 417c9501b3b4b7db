import { readDocuments } from "@climb/runtime/worker";
import { addDocument } from "../core/quality/common-words.js";

/** Counts in how many documents each word occurs, over every `stride`-th document of a shard. */
export interface CommonWordsTask {
  kind: "commonWords";
  documentsPath: string;
  stride: number;
}

/** [word, documents], the most frequent first. */
export type WordFrequencies = [string, number][];

// A word that is common in the corpus is among the first thousands of every shard.
const kept = 5000;

export async function countCommonWords(task: CommonWordsTask, check: () => void): Promise<WordFrequencies> {
  const frequencies = new Map<string, number>();
  let row = 0;
  for await (const { text } of readDocuments(task.documentsPath)) {
    if (row++ % task.stride !== 0) continue;
    check();
    addDocument(frequencies, text);
  }
  return [...frequencies].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, kept);
}
