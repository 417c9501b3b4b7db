import { MOST_PER_DOCUMENT, type PhraseReader, readPhrases } from "./phrases.js";
import { clear, countIn, emptyTally, NONE, type Tally } from "./tally.js";
import type { NumberedTerms, TermNumbers } from "./term-numbers.js";

/** What a document has that could name a domain; nothing counts more than three times. */
export interface DocumentTerms {
  /** Words in lower case. */
  terms: Tally;
  /** Two and three words of its beginning that follow each other. */
  phrases: Tally;
  /** Words as they are written, where that is not in small letters. */
  written: Tally;
}

/** What the words of a document tell, whatever the stop words of its corpus. */
export interface ReadWords {
  /** What is told, by the numbers that stand for words below. */
  terms: readonly NumberedTerms[];
  /** Each different word, in the order in which they first come. */
  different: ArrayLike<number>;
  /** How often each occurs; once if that is not told. */
  times?: ArrayLike<number>;
  /** The words of its beginning one by one, across which phrases go. */
  beginning: ArrayLike<number>;
}

/**
 * Counts the terms of documents that could name a domain: words of two to thirty characters of any script; no numbers, no single
 * letters, no addresses or markup. What their words tell of them is known by `wordTerms`, and by `unspacedTerms` where a part of
 * a text is written without spaces. What is answered holds until the next document.
 */
export function createDocumentTerms(numbers: TermNumbers): (words: ReadWords) => DocumentTerms {
  const found: DocumentTerms = { terms: emptyTally(), phrases: emptyTally(), written: emptyTally() };
  const reader = readPhrases(found.phrases);
  return ({ terms, different, times, beginning }) => {
    clear(found.terms);
    clear(found.phrases);
    clear(found.written);
    for (let i = 0; i < different.length; i++) countWord(terms[different[i] as number], times?.[i] ?? 1, found);
    reader.interrupt();
    for (let i = 0; i < beginning.length; i++) readOn(terms[beginning[i] as number], numbers, reader);
    return found;
  };
}

function countWord(word: NumberedTerms, times: number, { terms, phrases, written }: DocumentTerms): void {
  if (word === undefined) return;
  if (typeof word === "number") {
    countIn(terms, word, NONE, NONE, times, MOST_PER_DOCUMENT);
    return;
  }
  for (let r = 0; r < word.terms.length; r++) {
    const [run, forms] = [word.terms[r] as readonly number[], word.written[r] as readonly number[]];
    for (let i = 0; i < run.length; i++) {
      const [term, form] = [run[i] as number, forms[i] as number];
      countIn(terms, term, NONE, NONE, times, MOST_PER_DOCUMENT);
      if (form !== term) countIn(written, form, NONE, NONE, times, MOST_PER_DOCUMENT);
      const before = i > 0 ? (run[i - 1] as number) : term;
      if (before !== term) countIn(phrases, before, term, NONE, times, MOST_PER_DOCUMENT);
    }
  }
}

/** Words of several terms are no part of phrases: what is an identifier was counted by itself. */
function readOn(word: NumberedTerms, numbers: TermNumbers, reader: PhraseReader): void {
  const isJoined = typeof word === "object";
  const term = isJoined ? word.only : word;
  if (term === undefined || (isJoined && !word.opens)) reader.interrupt();
  if (term === undefined) return;
  const isStop = numbers.isStop(term);
  if (!isStop) reader.word(term);
  if (isStop || (isJoined && !word.closes)) reader.interrupt();
}
