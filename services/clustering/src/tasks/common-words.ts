import { readDocuments } from "@climb/runtime/worker";
import { type CommonWords, chooseCommonWords, type SampledWords, sampleWords } from "../core/quality/common-words.js";

/** Takes the words of every `stride`-th document of a shard. */
export interface SampleWordsTask {
  kind: "sampleWords";
  documentsPath: string;
  stride: number;
}

export async function sampleShard(task: SampleWordsTask, check: () => void): Promise<SampledWords[]> {
  const samples: SampledWords[] = [];
  let row = 0;
  for await (const { text } of readDocuments(task.documentsPath)) {
    if (row++ % task.stride !== 0) continue;
    check();
    samples.push(sampleWords(text));
  }
  return samples;
}

/** Chooses the common words of a whole sample. */
export interface CommonWordsTask {
  kind: "commonWords";
  samples: SampledWords[];
}

export function commonWordsOf({ samples }: CommonWordsTask): CommonWords {
  return chooseCommonWords(samples);
}
