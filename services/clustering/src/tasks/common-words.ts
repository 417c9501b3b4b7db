import { readDocuments } from "@climb/corpus";
import type { TaskContext } from "@climb/runtime/worker";
import {
  type CommonWords,
  chooseCommonWords,
  type SampledWords,
  sampleWords as wordsOf,
} from "../core/quality/common-words.js";

/** Takes the words of every `stride`-th document of a shard. */
export interface SampleWordsTask {
  documentsPath: string;
  stride: number;
}

/** The words of the sampled documents, in their order. */
export async function sampleWords(
  task: SampleWordsTask,
  { throwIfAborted }: TaskContext<never>,
): Promise<SampledWords[]> {
  const samples: SampledWords[] = [];
  let row = 0;
  for await (const { text } of readDocuments(task.documentsPath)) {
    if (row++ % task.stride !== 0) continue;
    throwIfAborted();
    samples.push(wordsOf(text));
  }
  return samples;
}

/** Chooses the common words of a whole sample. */
export interface CommonWordsTask {
  samples: SampledWords[];
}

/** The common words of every language of the sample. */
export function commonWordsOf({ samples }: CommonWordsTask): CommonWords {
  return chooseCommonWords(samples);
}
