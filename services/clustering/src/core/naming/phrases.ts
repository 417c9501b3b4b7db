import type { TermCounts } from "./term-counts.js";

/** One long document must not name a whole domain. */
export const MOST_PER_DOCUMENT = 3;

/** Counts a term of a document, or leaves its count as it is. */
export function countUp(counts: TermCounts, term: string, times = 1): void {
  const count = counts.get(term) ?? 0;
  if (count < MOST_PER_DOCUMENT) counts.set(term, Math.min(MOST_PER_DOCUMENT, count + times));
}

/** Where phrases of a text are counted, as its words come. */
export interface PhraseReader {
  /** The next word, in lower case. */
  word(term: string): void;
  /** Something stands here that no phrase goes across. */
  interrupt(): void;
}

/** Counts what two and three words that follow each other make, with spaces between them, whatever the script. */
export function readPhrases(phrases: TermCounts): PhraseReader {
  let [before, last] = ["", ""];
  return {
    word(term) {
      if (last !== "" && last !== term) {
        const pair = `${last} ${term}`;
        countUp(phrases, pair);
        if (before !== "" && before !== term) countUp(phrases, `${before} ${pair}`);
      }
      [before, last] = [last, term];
    },
    interrupt() {
      before = "";
      last = "";
    },
  };
}
