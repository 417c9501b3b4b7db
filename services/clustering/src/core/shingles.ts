import { hashSeed } from "@climb/numeric";
import { wordsOf } from "@climb/text";

/** Words of a shingle: an edit of one word costs as many shingles. */
const SHINGLE_WORDS = 3;
/** Bytes of a signature. The overlap is known to ±0.04 by so many (one standard deviation, at 0.5). */
export const SIGNATURE_BYTES = 128;
const BIN_SHIFT = 25;

/**
 * Documents are copies of one another if they share at least this part of their shingles (Jaccard): about what is left
 * where one word in eight is another. Documents of one template or topic, whose vectors may be as near, share less.
 */
export const COPY_OVERLAP = 0.5;

/**
 * A sketch of a text by which {@link overlap} tells how many runs of three words it shares with another: MinHash with
 * one permutation (Li, Owen, Zhang, Advances in Neural Information Processing Systems 2012), of which 8 bits are kept.
 * @param into {@link SIGNATURE_BYTES} bytes to write to; 0 stands for a bin without a shingle
 */
export function sketch(text: string, into: Uint8Array): void {
  const hashes = Int32Array.from(wordsOf(text.toLowerCase()).words, (word) => hashSeed(word));
  const size = Math.min(SHINGLE_WORDS, hashes.length);
  const least = new Uint32Array(SIGNATURE_BYTES).fill(0xffffffff);
  for (let i = 0; size > 0 && i + size <= hashes.length; i++) {
    const hash = mixed(shingleHash(hashes, i, size));
    const bin = hash >>> BIN_SHIFT;
    const rest = hash & ((1 << BIN_SHIFT) - 1);
    if (rest < (least[bin] as number)) least[bin] = rest;
  }
  for (let bin = 0; bin < SIGNATURE_BYTES; bin++) {
    const rest = least[bin] as number;
    into[bin] = rest === 0xffffffff ? 0 : 1 + (mixed(rest) % 255);
  }
}

/**
 * The estimated share (0 to 1) of the shingles of two texts that both have (Jaccard). Two texts without words are the
 * same.
 */
export function overlap(a: Uint8Array, b: Uint8Array): number {
  let [same, either] = [0, 0];
  for (let bin = 0; bin < SIGNATURE_BYTES; bin++) {
    if (a[bin] === 0 && b[bin] === 0) continue;
    either++;
    if (a[bin] === b[bin]) same++;
  }
  return either === 0 ? 1 : same / either;
}

/** Every bit of the result depends on every bit of the number (the finalizer of MurmurHash3). */
function mixed(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32-bit hash of `size` words from `start`; equal words in equal order give equal hashes. */
function shingleHash(hashes: Int32Array, start: number, size: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < start + size; i++) {
    h = Math.imul(h ^ (hashes[i] as number), 0x01000193);
    h ^= h >>> 15;
  }
  return h;
}
