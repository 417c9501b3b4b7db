import { countUp, type PhraseReader, readPhrases } from "./phrases.js";
import type { TermCounts } from "./term-counts.js";
import { onlyTerm, type WordTerms } from "./word-terms.js";

/** What a document has that could name a domain; nothing counts more than three times. */
export interface DocumentTerms {
  /** Words in lower case. */
  terms: TermCounts;
  /** Two and three words of its beginning that follow each other, with a space between them in every script. */
  phrases: TermCounts;
  /** Words as they are written, where that is not in small letters. */
  written: TermCounts;
}

/** What the words of a document tell, whatever the stop words of its corpus. */
export interface ReadWords {
  /** What is told, by the numbers that stand for words below. */
  terms: readonly WordTerms[];
  /** Each different word, in the order in which they first come. */
  different: ArrayLike<number>;
  /** How often each occurs; once if that is not told. */
  times?: ArrayLike<number>;
  /** The words of its beginning one by one, across which phrases go. */
  beginning: ArrayLike<number>;
}

/**
 * The terms of a document that could name a domain: words of two to thirty characters of any script; no numbers, no single
 * letters, no addresses or markup. What its words tell of them is known by `wordTerms`, and by `unspacedTerms` where a part of
 * it is written without spaces.
 * @param stopWords words that no phrase goes across, lower-case
 */
export function documentTerms(
  { terms, different, times, beginning }: ReadWords,
  stopWords: ReadonlySet<string>,
): DocumentTerms {
  const found: DocumentTerms = { terms: new Map(), phrases: new Map(), written: new Map() };
  for (let i = 0; i < different.length; i++) countWord(terms[different[i] as number], times?.[i] ?? 1, found);
  const reader = readPhrases(found.phrases);
  for (let i = 0; i < beginning.length; i++) readOn(terms[beginning[i] as number], stopWords, reader);
  return found;
}

function countWord(word: WordTerms, times: number, { terms, phrases, written }: DocumentTerms): void {
  if (word === undefined) return;
  if (typeof word === "string") {
    countUp(terms, word, times);
    return;
  }
  for (let r = 0; r < word.terms.length; r++) {
    const [run, forms] = [word.terms[r] as readonly string[], word.written[r] as readonly string[]];
    for (let i = 0; i < run.length; i++) {
      const [term, form] = [run[i] as string, forms[i] as string];
      countUp(terms, term, times);
      if (form !== term) countUp(written, form, times);
      if (i > 0 && run[i - 1] !== term) countUp(phrases, `${run[i - 1]} ${term}`, times);
    }
  }
}

/** Words of several terms are no part of phrases: what is an identifier was counted by itself. */
function readOn(word: WordTerms, stopWords: ReadonlySet<string>, reader: PhraseReader): void {
  const term = onlyTerm(word);
  const [opens, closes] = typeof word === "object" ? [word.opens, word.closes] : [true, true];
  if (term === undefined || !opens) reader.interrupt();
  if (term === undefined) return;
  const isStop = stopWords.has(term);
  if (!isStop) reader.word(term);
  if (isStop || !closes) reader.interrupt();
}
