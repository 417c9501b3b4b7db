// Han, kana and the scripts of South-East Asia: no spaces between words, so pairs of characters stand for words.
const unspaced =
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const pieces = new RegExp(`[${unspaced}]+|(?:(?![${unspaced}])[\\p{L}\\p{M}])+`, "gu");
const unspacedRun = new RegExp(`^[${unspaced}]`, "u");

// One long document must not name a whole domain.
const mostPerDocument = 3;

/** Occurrences of terms. */
export type TermCounts = Map<string, number>;

/**
 * The terms of a text that could name a domain, with their counts (at most three for each document): words of two to
 * thirty letters of any script, lower-case; no numbers, no single letters, no apostrophe endings.
 */
export function documentTerms(text: string): TermCounts {
  const counts: TermCounts = new Map();
  const add = (term: string) => {
    const count = counts.get(term) ?? 0;
    if (count < mostPerDocument) counts.set(term, count + 1);
  };
  for (const match of text.matchAll(pieces)) {
    const piece = match[0];
    if (unspacedRun.test(piece)) {
      for (let i = 0; i + 2 <= piece.length; i++) add(piece.slice(i, i + 2));
    } else if (piece.length >= 2 && piece.length <= 30) {
      add(piece.toLowerCase());
    }
  }
  return counts;
}

/** Adds counts to others. */
export function addTerms(to: TermCounts, from: ReadonlyMap<string, number>): void {
  for (const [term, count] of from) to.set(term, (to.get(term) ?? 0) + count);
}

/** The `most` most frequent terms, by count and then by spelling, so that memory stays bounded and the order fixed. */
export function mostFrequent(counts: ReadonlyMap<string, number>, most: number): TermCounts {
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, most));
}
