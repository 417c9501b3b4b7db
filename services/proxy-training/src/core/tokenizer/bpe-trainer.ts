import { createPairHeap } from "./pair-heap.js";
import { FIRST_MERGE, type Merges, pairKey } from "./tokenizer.js";

/** Smallest and largest vocabulary: one merge table of use, and what an unsigned 16-bit token id can name. */
export const VOCABULARY_LIMITS = { smallest: 512, largest: 65536 } as const;

/**
 * Learns byte-pair merges (Sennrich et al. 2016) from word counts: again and again the pair of neighbouring tokens with
 * the highest count becomes one token; of equal counts the pair with the smaller ids. The order of `counts` does not
 * matter. Counts of pairs are kept up to date word by word, so the time grows with the text that changes.
 *
 * @param vocabularySize 256 bytes + end-of-text + merges, 512 to 65,536. Fewer merges come back when no pair occurs
 *   twice any more.
 * @throws RangeError on another size, or when there is no word.
 */
export function trainMerges(counts: ReadonlyMap<string, number>, vocabularySize: number): Merges {
  const { smallest, largest } = VOCABULARY_LIMITS;
  if (!Number.isInteger(vocabularySize) || vocabularySize < smallest || vocabularySize > largest) {
    throw new RangeError(`vocabulary size ${vocabularySize}: expected an integer from ${smallest} to ${largest}`);
  }
  if (counts.size === 0) throw new RangeError("a tokenizer needs text to learn from: found no words");

  const words = layOut(counts);
  const pairCounts = new Map<number, number>();
  const pairWords = new Map<number, number[]>();

  const change = (pair: number, delta: number, word: number) => {
    pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + delta);
    if (delta < 0) return;
    const occurrences = pairWords.get(pair);
    if (occurrences === undefined) pairWords.set(pair, [word]);
    else if (occurrences[occurrences.length - 1] !== word) occurrences.push(word);
  };

  for (let w = 0; w < words.count; w++) {
    const start = words.start[w] as number;
    const end = start + (words.length[w] as number);
    for (let i = start + 1; i < end; i++) {
      change(pairKey(words.tokens[i - 1] as number, words.tokens[i] as number), words.weight[w] as number, w);
    }
  }

  const heap = createPairHeap();
  for (const [pair, count] of pairCounts) heap.push(pair, count);
  const merges: number[] = [];
  const contents = Array.from({ length: FIRST_MERGE }, (_, byte) => (byte < 256 ? String.fromCharCode(byte) : ""));
  const known = new Set(contents);
  while (merges.length < vocabularySize - FIRST_MERGE) {
    const best = heap.pop();
    if (best === undefined || best.count < 2) break;
    const count = pairCounts.get(best.pair) ?? 0;
    if (count !== best.count) {
      // The count fell since the entry was pushed (it never rises afterwards, see below): queue it at its true place.
      if (count > 1) heap.push(best.pair, count);
      continue;
    }
    const content = (contents[Math.floor(best.pair / 65536)] as string) + (contents[best.pair % 65536] as string);
    // "ab" + "c" after "a" + "bc": a second token of the same bytes has no place in tokenizer.json, so it stays unmerged.
    if (known.has(content)) continue;
    known.add(content);
    contents.push(content);
    const merged = FIRST_MERGE + merges.length;
    merges.push(best.pair);
    const touched = new Set<number>();
    for (const word of pairWords.get(best.pair) ?? []) mergeInWord(words, word, best.pair, merged, change, touched);
    pairCounts.delete(best.pair);
    pairWords.delete(best.pair);
    // A pair's count rises only while the newer of its two tokens is being made, so one push here is enough.
    for (const pair of touched) heap.push(pair, pairCounts.get(pair) ?? 0);
  }
  return Float64Array.from(merges);
}

interface Words {
  readonly count: number;
  /** Tokens of all words, one word after the other; a word shrinks in place. */
  readonly tokens: Uint16Array;
  readonly start: Uint32Array;
  readonly length: Uint32Array;
  readonly weight: Float64Array;
}

function layOut(counts: ReadonlyMap<string, number>): Words {
  const encoder = new TextEncoder();
  const encoded = [...counts.keys()].map((word) => encoder.encode(word));
  const total = encoded.reduce((sum, bytes) => sum + bytes.length, 0);
  const words: Words = {
    count: encoded.length,
    tokens: new Uint16Array(total),
    start: new Uint32Array(encoded.length),
    length: new Uint32Array(encoded.length),
    weight: Float64Array.from(counts.values()),
  };
  let position = 0;
  encoded.forEach((bytes, w) => {
    words.tokens.set(bytes, position);
    words.start[w] = position;
    words.length[w] = bytes.length;
    position += bytes.length;
  });
  return words;
}

/** Replaces the pair in one word, left to right, and tells `change` which neighbouring pairs went and came. */
function mergeInWord(
  words: Words,
  word: number,
  pair: number,
  merged: number,
  change: (pair: number, delta: number, word: number) => void,
  touched: Set<number>,
): void {
  const { tokens } = words;
  const first = Math.floor(pair / 65536);
  const second = pair % 65536;
  const start = words.start[word] as number;
  const end = start + (words.length[word] as number);
  const weight = words.weight[word] as number;
  let write = start;
  for (let read = start; read < end; read++) {
    const token = tokens[read] as number;
    if (token !== first || read + 1 >= end || tokens[read + 1] !== second) {
      tokens[write++] = token;
      continue;
    }
    if (write > start) {
      const previous = tokens[write - 1] as number;
      change(pairKey(previous, first), -weight, word);
      change(pairKey(previous, merged), weight, word);
      touched.add(pairKey(previous, merged));
    }
    if (read + 2 < end) {
      const next = tokens[read + 2] as number;
      change(pairKey(second, next), -weight, word);
      change(pairKey(merged, next), weight, word);
      touched.add(pairKey(merged, next));
    }
    tokens[write++] = merged;
    read++;
  }
  words.length[word] = write - start;
}
