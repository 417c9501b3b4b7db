import type { EncodedTarget } from "../targets/items.js";

/** Tokens of a run that is looked for: as long as GPT-3's and most others' (arXiv 2005.14165, appendix C). */
export const NGRAM_TOKENS = 13;
/** Of a target with more runs, about so many are looked for, spread evenly. */
const MAX_NGRAMS = 200_000;

/**
 * The distinct runs of {@link NGRAM_TOKENS} tokens within a target's items, question and right answer, one after the
 * other in the order in which they first occur.
 */
export function targetNgrams({ items }: EncodedTarget): Uint16Array {
  const known = new Set<string>();
  const found: Uint16Array[] = [];
  for (const { sequences, gold } of items) {
    const sequence = sequences[gold] as Uint16Array;
    // The end-of-text before each item is not its own.
    for (let start = 1; start + NGRAM_TOKENS <= sequence.length; start++) {
      const ngram = sequence.subarray(start, start + NGRAM_TOKENS);
      const key = String.fromCharCode(...ngram);
      if (known.has(key)) continue;
      known.add(key);
      found.push(ngram);
    }
  }
  const stride = Math.ceil(found.length / MAX_NGRAMS) || 1;
  const kept = found.filter((_, i) => i % stride === 0);
  const flat = new Uint16Array(kept.length * NGRAM_TOKENS);
  kept.forEach((ngram, i) => {
    flat.set(ngram, i * NGRAM_TOKENS);
  });
  return flat;
}
