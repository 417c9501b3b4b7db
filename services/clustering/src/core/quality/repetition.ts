import { hashSeed } from "@climb/numeric";

/** Share (0 to 1) of the characters that lie in units seen before in the same document (Gopher, table A1). */
export function duplicateShare(units: readonly string[]): number {
  const seen = new Set<string>();
  let [repeated, total] = [0, 0];
  for (const unit of units) {
    total += unit.length;
    if (seen.has(unit)) repeated += unit.length;
    else seen.add(unit);
  }
  return total > 0 ? repeated / total : 0;
}

/** The words as 32-bit hashes, so that n-grams can be counted without making strings. */
export function wordHashes(words: readonly string[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(words, (word) => {
    let hash = known.get(word);
    if (hash === undefined) {
      hash = hashSeed(word);
      known.set(word, hash);
    }
    return hash;
  });
}

/**
 * Share (0 to 1) of the characters of all words that the most frequent n-gram covers, counting its occurrences
 * without overlap correction, as in Gopher (arXiv 2112.11446, section A1.1). An n-gram that occurs once covers nothing.
 */
export function topNgramShare(words: readonly string[], hashes: Int32Array, n: number): number {
  const counts = new Map<number, number>();
  let [best, bestAt, characters] = [1, -1, 0];
  for (const word of words) characters += word.length;
  for (let i = 0; i + n <= hashes.length; i++) {
    const key = ngramHash(hashes, i, n);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count > best) [best, bestAt] = [count, i];
  }
  if (bestAt < 0) return 0;
  let length = 0;
  for (let i = bestAt; i < bestAt + n; i++) length += (words[i] as string).length;
  return Math.min(1, (best * length) / characters);
}

/**
 * Share (0 to 1) of the characters of all words that lie in n-grams seen before in the document; characters in
 * overlapping n-grams count once (Gopher, section A1.1).
 */
export function duplicateNgramShare(words: readonly string[], hashes: Int32Array, n: number): number {
  const seen = new Set<number>();
  let [repeated, characters, coveredTo] = [0, 0, 0];
  for (const word of words) characters += word.length;
  for (let i = 0; i + n <= hashes.length; i++) {
    const key = ngramHash(hashes, i, n);
    if (!seen.has(key)) {
      seen.add(key);
      continue;
    }
    for (let j = Math.max(i, coveredTo); j < i + n; j++) repeated += (words[j] as string).length;
    coveredTo = i + n;
  }
  return characters > 0 ? repeated / characters : 0;
}

/** 32-bit hash of the n words from `start`; equal words in equal order give equal hashes. */
export function ngramHash(hashes: Int32Array, start: number, n: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < start + n; i++) {
    h = Math.imul(h ^ (hashes[i] as number), 0x01000193);
    h ^= h >>> 15;
  }
  return h;
}
