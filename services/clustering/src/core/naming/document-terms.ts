import type { DocumentWords } from "../quality/document-words.js";
import { identifierWords } from "./identifier-words.js";
import { countUp, type PhraseReader, readPhrases } from "./phrases.js";
import type { TermCounts } from "./term-counts.js";
import { unspacedTerms } from "./unspaced-terms.js";
import type { WordNote } from "./word-notes.js";

/** What a document has that could name a domain; nothing counts more than three times. */
export interface DocumentTerms {
  /** Words in lower case. */
  terms: TermCounts;
  /** Two and three words of its beginning that follow each other, with a space between them in every script. */
  phrases: TermCounts;
  /** Words as they are written, where that is not in small letters. */
  written: TermCounts;
}

/** How a document is to be read. */
export interface DocumentReading {
  /** For each different word what `noteWord` says of it. */
  notes: readonly WordNote[];
  /** Words that no phrase goes across, lower-case. */
  stopWords: ReadonlySet<string>;
  /** Whether it is program code: then its terms are the words of its identifiers. */
  isCode: boolean;
}

/**
 * The terms of a text that could name a domain: words of two to thirty characters of any script; no numbers, no single
 * letters, no addresses or markup. Where a script has no spaces, the words of its dictionary; where it has none either,
 * pairs of syllables.
 */
export function documentTerms(
  text: string,
  words: DocumentWords,
  { notes, stopWords, isCode }: DocumentReading,
): DocumentTerms {
  if (!words.simple) return unspacedTerms(text, stopWords);
  const found: DocumentTerms = { terms: new Map(), phrases: new Map(), written: new Map() };
  for (let i = 0; i < words.distinct; i++) {
    const note = notes[words.different[i] as number];
    const times = words.times[i] as number;
    if (note === undefined) continue;
    if (isCode) countIdentifiers(note, times, found);
    else countWord(note, times, found);
  }
  const reader = readPhrases(found.phrases);
  for (let i = 0; i < words.beginnings; i++) {
    const note = notes[words.beginning[i] as number];
    const single = isCode ? codeWord(note) : proseWord(note);
    if (single === undefined) reader.interrupt();
    else readOn(note, single, stopWords, reader);
  }
  return found;
}

function countWord(note: Exclude<WordNote, undefined>, times: number, { terms, written }: DocumentTerms): void {
  if (typeof note === "string") {
    countUp(terms, note, times);
    return;
  }
  for (const [i, term] of note.terms.entries()) {
    const form = note.written[i] as string;
    countUp(terms, term, times);
    if (form !== term) countUp(written, form, times);
  }
}

function countIdentifiers(note: Exclude<WordNote, undefined>, times: number, { terms, phrases }: DocumentTerms): void {
  for (const words of identifierWords(note)) {
    for (const [i, word] of words.entries()) {
      countUp(terms, word, times);
      if (i > 0 && words[i - 1] !== word) countUp(phrases, `${words[i - 1]} ${word}`, times);
    }
  }
}

/** The only term of a word; undefined if it has none, or several. */
function proseWord(note: WordNote): string | undefined {
  if (note === undefined || typeof note === "string") return note;
  return note.terms.length === 1 ? note.terms[0] : undefined;
}

/** The same of a word of code, in comments above all: what is an identifier of several words was counted by itself. */
function codeWord(note: WordNote): string | undefined {
  if (note === undefined) return undefined;
  const [only, more] = identifierWords(note);
  return only?.length === 1 && more === undefined ? only[0] : undefined;
}

function readOn(note: WordNote, term: string, stopWords: ReadonlySet<string>, reader: PhraseReader): void {
  const [opens, closes] = typeof note === "object" ? [note.opens, note.closes] : [true, true];
  if (!opens) reader.interrupt();
  const isStop = stopWords.has(term);
  if (!isStop) reader.word(term);
  if (isStop || !closes) reader.interrupt();
}
