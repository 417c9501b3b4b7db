import { createReadStream } from "node:fs";

const CHUNK_BYTES = 1 << 20;

/**
 * Tokens of every document of a domain, its end-of-text token counted, in the order of the corpus.
 * @param path raw little-endian integers of `bytesPerToken` bytes, 2 or 4, each document followed by the end-of-text token
 * @param onTokens is told how many tokens were read so far
 */
export async function documentLengths(
  path: string,
  endOfText: number,
  bytesPerToken: number,
  onTokens: (tokens: number) => void = () => {},
): Promise<Uint32Array> {
  const lengths: number[] = [];
  // The token that is being read: its value so far and what its next byte counts; a chunk may end within it.
  let [own, total, token, place] = [0, 0, 0, 1];
  const end = 256 ** bytesPerToken;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      token += place * byte;
      place *= 256;
      if (place < end) continue;
      own++;
      if (token === endOfText) {
        lengths.push(own);
        own = 0;
      }
      token = 0;
      place = 1;
    }
    total += chunk.length / bytesPerToken;
    onTokens(total);
  }
  return Uint32Array.from(lengths);
}
