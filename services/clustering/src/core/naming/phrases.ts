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
  /** The next word, in lower case and as it is written. */
  word(term: string, written: string): void;
  /** Something stands here that no phrase goes across. */
  interrupt(): void;
}

/**
 * Counts what two and three words that follow each other make, with spaces between them, whatever the script.
 * @param written counts phrases as they are written, where that is not in small letters
 */
export function readPhrases(phrases: TermCounts, written: TermCounts): PhraseReader {
  let [before, last, writtenBefore, writtenLast] = ["", "", "", ""];
  const count = (phrase: string, asWritten: string) => {
    countUp(phrases, phrase);
    if (phrase !== asWritten) countUp(written, asWritten);
  };
  return {
    word(term, form) {
      if (last !== "" && last !== term) {
        count(`${last} ${term}`, `${writtenLast} ${form}`);
        if (before !== "" && before !== term) {
          count(`${before} ${last} ${term}`, `${writtenBefore} ${writtenLast} ${form}`);
        }
      }
      [before, writtenBefore] = [last, writtenLast];
      [last, writtenLast] = [term, form];
    },
    interrupt() {
      before = "";
      last = "";
    },
  };
}
