import { bareWord, segment } from "./segments.js";

/** In how many documents each word occurs; grows with {@link addDocument}. */
export type DocumentFrequencies = Map<string, number>;

/** Counts the words of one more document. */
export function addDocument(frequencies: DocumentFrequencies, text: string): void {
  const seen = new Set<string>();
  for (const word of segment(text).words) {
    const bare = bareWord(word);
    if (bare !== "" && /^\p{L}/u.test(bare)) seen.add(bare);
  }
  for (const word of seen) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
}

/** How many of the corpus's most common words count as its stop words in the quality rules. */
export const stopWords = 64;
/** How many of them can hardly name a domain. */
export const namelessWords = 200;

/**
 * The words that the most documents contain, at most `count`: the stop words of the corpus's own languages. Gopher asks
 * for two of eight English words; frequency asks the same of any language that the corpus is mostly written in.
 */
export function mostCommonWords(frequencies: ReadonlyMap<string, number>, count = namelessWords): string[] {
  return [...frequencies]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([word]) => word);
}
