import type { Tokens } from "../tokens.js";
import { NGRAM_TOKENS } from "./target-ngrams.js";

/** Base of the rolling hash, odd, so that multiplying by it loses nothing modulo 2^32. */
const BASE = 0x01000193;

/** The runs of all targets, each with a number from 0. */
export interface NgramIndex {
  readonly size: number;
  /** For each target the numbers of its runs. */
  readonly ofTarget: readonly Int32Array[];
  /**
   * Marks the runs that occur in tokens.
   * @param before up to 12 tokens before them, so that runs across a cut are found in the later part
   * @param found little-endian bits, one for each run, at least size / 32 words
   */
  scan(tokens: Tokens, before: Tokens, found: Uint32Array): void;
  /** Calls `visit` with the number of each run that occurs in the tokens, again where it occurs again. */
  visit(tokens: Tokens, visit: (entry: number) => void): void;
}

/**
 * Indexes the runs in an open-addressing table that is at most half full, by a rolling polynomial hash modulo 2^32
 * (Karp and Rabin, 1987); what hashes alike is compared token by token.
 * @param targets runs of NGRAM_TOKENS tokens, one after the other
 */
export function indexNgrams(targets: readonly Uint32Array[]): NgramIndex {
  const total = targets.reduce((sum, { length }) => sum + length / NGRAM_TOKENS, 0);
  const bits = Math.max(4, Math.ceil(Math.log2(2 * total + 1)));
  const mask = 2 ** bits - 1;
  const places = new Int32Array(2 ** bits).fill(-1);
  const hashes = new Uint32Array(total);
  const ngrams = new Uint32Array(total * NGRAM_TOKENS);
  let size = 0;

  const sameAt = (entry: number, tokens: Tokens, start: number) => {
    for (let i = 0; i < NGRAM_TOKENS; i++) {
      if (ngrams[entry * NGRAM_TOKENS + i] !== tokens[start + i]) return false;
    }
    return true;
  };
  /** The place of a run, or the free place where it would stand. */
  const placeOf = (hash: number, tokens: Tokens, start: number) => {
    // Fibonacci hashing: the high bits of hash × 2^32/φ.
    let place = Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
    for (;;) {
      const entry = places[place] as number;
      if (entry < 0 || (hashes[entry] === hash && sameAt(entry, tokens, start))) return place;
      place = (place + 1) & mask;
    }
  };

  const ofTarget = targets.map((flat) =>
    Int32Array.from({ length: flat.length / NGRAM_TOKENS }, (_, i) => {
      const start = i * NGRAM_TOKENS;
      const hash = hashOf(flat, start);
      const place = placeOf(hash, flat, start);
      if ((places[place] as number) < 0) {
        places[place] = size;
        hashes[size] = hash;
        ngrams.set(flat.subarray(start, start + NGRAM_TOKENS), size * NGRAM_TOKENS);
        size++;
      }
      return places[place] as number;
    }),
  );
  const leaving = Array.from({ length: NGRAM_TOKENS }).reduce((power: number) => Math.imul(power, BASE), 1);

  const visit = (text: Tokens, visited: (entry: number) => void) => {
    if (size === 0) return;
    let hash = 0;
    for (let end = 0; end < text.length; end++) {
      hash = (Math.imul(hash, BASE) + (text[end] as number) + 1) >>> 0;
      const start = end - NGRAM_TOKENS + 1;
      if (start > 0) hash = (hash - Math.imul(leaving, (text[start - 1] as number) + 1)) >>> 0;
      if (start < 0) continue;
      const entry = places[placeOf(hash, text, start)] as number;
      if (entry >= 0) visited(entry);
    }
  };

  return {
    size,
    ofTarget,
    visit,
    scan(tokens, before, found) {
      const text = new Uint32Array(before.length + tokens.length);
      text.set(before);
      text.set(tokens, before.length);
      visit(text, (entry) => {
        found[entry >>> 5] = (found[entry >>> 5] as number) | (1 << (entry & 31));
      });
    },
  };
}

/** Words of 32 bits that hold a mark for each of so many runs. */
export function wordsFor(size: number): number {
  return Math.ceil(size / 32);
}

/** How many of the numbers are marked. */
export function countMarked(numbers: Int32Array, found: Uint32Array): number {
  let count = 0;
  for (const entry of numbers) count += ((found[entry >>> 5] as number) >>> (entry & 31)) & 1;
  return count;
}

function hashOf(tokens: Uint32Array, start: number): number {
  let hash = 0;
  for (let i = 0; i < NGRAM_TOKENS; i++) hash = (Math.imul(hash, BASE) + (tokens[start + i] as number) + 1) >>> 0;
  return hash;
}
