import { countIn, NONE, type Tally } from "./tally.js";

/** One long document must not name a whole domain. */
export const MOST_PER_DOCUMENT = 3;

/** Where phrases of a text are counted, as its words come. */
export interface PhraseReader {
  /** The next word, by the number of its term. */
  word(term: number): void;
  /** Something stands here that no phrase goes across. */
  interrupt(): void;
}

/** Counts what two and three words that follow each other make. */
export function readPhrases(phrases: Tally): PhraseReader {
  let [before, last] = [NONE, NONE];
  return {
    word(term) {
      if (last !== NONE && last !== term) {
        countIn(phrases, last, term, NONE, 1, MOST_PER_DOCUMENT);
        if (before !== NONE && before !== term) countIn(phrases, before, last, term, 1, MOST_PER_DOCUMENT);
      }
      [before, last] = [last, term];
    },
    interrupt() {
      before = NONE;
      last = NONE;
    },
  };
}
