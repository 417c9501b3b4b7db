import { createReadStream } from "node:fs";
import type { TaskContext } from "@climb/runtime/worker";

export interface DocumentTokensTask {
  /** Raw little-endian uint16: documents in the order of the corpus, each followed by the end-of-text token. */
  path: string;
  endOfText: number;
}

const CHUNK_BYTES = 1 << 20;

/** Tokens of every document of a domain, its end-of-text token counted, in the order of the corpus. */
export async function countDocumentTokens(
  { path, endOfText }: DocumentTokensTask,
  context: TaskContext<number>,
): Promise<Uint32Array> {
  const counts: number[] = [];
  let [own, total] = [0, 0];
  let odd = -1;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      if (odd < 0) {
        odd = byte;
        continue;
      }
      own++;
      if (odd + 256 * byte === endOfText) {
        counts.push(own);
        own = 0;
      }
      odd = -1;
    }
    total += chunk.length / 2;
    context.progress(total);
  }
  return Uint32Array.from(counts);
}
