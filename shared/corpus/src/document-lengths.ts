import { createReadStream } from "node:fs";

const CHUNK_BYTES = 1 << 20;

/**
 * Tokens of every document of a domain, its end-of-text token counted, in the order of the corpus.
 * @param path raw little-endian uint16, each document followed by the end-of-text token
 * @param onTokens is told how many tokens were read so far
 */
export async function documentLengths(
  path: string,
  endOfText: number,
  onTokens: (tokens: number) => void = () => {},
): Promise<Uint32Array> {
  const lengths: number[] = [];
  let [own, total, low] = [0, 0, -1];
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      if (low < 0) {
        low = byte;
        continue;
      }
      own++;
      if (low + 256 * byte === endOfText) {
        lengths.push(own);
        own = 0;
      }
      low = -1;
    }
    total += chunk.length / 2;
    onTokens(total);
  }
  return Uint32Array.from(lengths);
}
