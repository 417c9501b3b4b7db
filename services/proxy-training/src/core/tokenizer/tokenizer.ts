import { splitWords } from "./pre-tokenizer.js";

/** Tokens 0–255 are the bytes, then comes end-of-text, then one token per merge in the order they were learnt. */
export const END_OF_TEXT = 256;
export const FIRST_MERGE = 257;

/** The merges in order; entry r makes token `FIRST_MERGE + r` of the pair `first · 65536 + second`. */
export type Merges = Float64Array;

/** A token pair as one number, exact for 16-bit ids. */
export function pairKey(first: number, second: number): number {
  return first * 65536 + second;
}

/** A byte-level BPE tokenizer: any string becomes tokens, and the tokens the same string. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Id that follows every document. `encode` never returns it. */
  readonly endOfText: number;
  readonly merges: Merges;
  /** Token ids of `text`. Lone surrogates become U+FFFD, as they do in UTF-8 everywhere. */
  encode(text: string): Uint16Array;
  /** The text of `tokens`; end-of-text gives nothing, bytes that are no UTF-8 give U+FFFD. @throws RangeError. */
  decode(tokens: ArrayLike<number>): string;
}

/** Words remembered by an encoder; when so many are met it starts again. About 10 MB at most. */
const CACHE_WORDS = 65536;

/** Makes the tokenizer of the given merges. @throws RangeError when a merge names a token that does not exist yet. */
export function createTokenizer(merges: Merges): Tokenizer {
  const bytesOf: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  bytesOf.push(new Uint8Array(0));
  const mergedOf = new Map<number, number>();
  merges.forEach((pair, rank) => {
    const first = bytesOf[Math.floor(pair / 65536)];
    const second = bytesOf[pair % 65536];
    if (first === undefined || second === undefined || first.length === 0 || second.length === 0) {
      throw new RangeError(`merge ${rank}: pair ${Math.floor(pair / 65536)}, ${pair % 65536} is not of earlier tokens`);
    }
    bytesOf.push(Uint8Array.of(...first, ...second));
    mergedOf.set(pair, FIRST_MERGE + rank);
  });

  const encoder = new TextEncoder();
  const cache = new Map<string, Uint16Array>();
  let buffer = new Uint16Array(4096);

  return {
    vocabularySize: bytesOf.length,
    endOfText: END_OF_TEXT,
    merges,
    encode(text) {
      let size = 0;
      for (const word of splitWords(text)) {
        let tokens = cache.get(word);
        if (tokens === undefined) {
          tokens = mergeWord(encoder.encode(word), mergedOf);
          if (cache.size >= CACHE_WORDS) cache.clear();
          cache.set(word, tokens);
        }
        if (size + tokens.length > buffer.length) buffer = grow(buffer, size + tokens.length);
        for (let i = 0; i < tokens.length; i++) buffer[size++] = tokens[i] as number;
      }
      return buffer.slice(0, size);
    },
    decode(tokens) {
      const parts = Array.from(tokens, (token, position) => {
        const bytes = bytesOf[token];
        if (bytes !== undefined) return bytes;
        throw new RangeError(`token ${token} at position ${position}: expected an id below ${bytesOf.length}`);
      });
      const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let position = 0;
      for (const part of parts) {
        joined.set(part, position);
        position += part.length;
      }
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(joined);
    },
  };
}

/** Applies the earliest merge that fits, until none does. Words are short (see WORD_PATTERN), so a plain scan is best. */
function mergeWord(bytes: Uint8Array, mergedOf: ReadonlyMap<number, number>): Uint16Array {
  const tokens = Uint16Array.from(bytes);
  let length = tokens.length;
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    let bestPair = -1;
    for (let i = 1; i < length; i++) {
      const pair = pairKey(tokens[i - 1] as number, tokens[i] as number);
      const merged = mergedOf.get(pair);
      if (merged !== undefined && merged < best) {
        best = merged;
        bestPair = pair;
      }
    }
    if (bestPair < 0) return tokens.slice(0, length);
    let write = 0;
    for (let read = 0; read < length; read++) {
      const token = tokens[read] as number;
      if (read + 1 < length && pairKey(token, tokens[read + 1] as number) === bestPair) {
        tokens[write++] = best;
        read++;
      } else {
        tokens[write++] = token;
      }
    }
    length = write;
  }
}

function grow(buffer: Uint16Array, needed: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(Math.max(needed, 2 * buffer.length));
  larger.set(buffer);
  return larger;
}
