import type { EncodedTarget } from "../targets/items.js";
import type { Tokens } from "../tokens.js";

/** Tokens of a run that is looked for: as long as GPT-3's and most others' (arXiv 2005.14165, appendix C). */
export const NGRAM_TOKENS = 13;
/** Of a target with more runs, about so many are looked for, spread evenly: memory stays bounded, the share is as good. */
export const MAX_NGRAMS = 200_000;

/**
 * The distinct runs of {@link NGRAM_TOKENS} tokens within a target's items, question and right answer, one after the
 * other in the order in which they first occur.
 * @param most about how many are looked at, repeats counted
 */
export function targetNgrams({ items }: EncodedTarget, most = MAX_NGRAMS): Uint32Array {
  const known = new Set<string>();
  const found: Tokens[] = [];
  const texts = items.map(({ sequences, gold }) => sequences[gold] as Tokens);
  const all = texts.reduce((sum, { length }) => sum + Math.max(0, length - NGRAM_TOKENS), 0);
  const stride = Math.max(1, Math.ceil(all / most));
  let place = 0;
  for (const sequence of texts) {
    // The end-of-text before each item is not its own.
    for (let start = 1; start + NGRAM_TOKENS <= sequence.length; start++, place++) {
      if (place % stride !== 0) continue;
      const ngram = sequence.subarray(start, start + NGRAM_TOKENS);
      const key = String.fromCharCode(...new Uint16Array(Uint32Array.from(ngram).buffer));
      if (known.has(key)) continue;
      known.add(key);
      found.push(ngram);
    }
  }
  const flat = new Uint32Array(found.length * NGRAM_TOKENS);
  found.forEach((ngram, i) => {
    flat.set(ngram, i * NGRAM_TOKENS);
  });
  return flat;
}
