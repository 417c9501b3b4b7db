import { cutRun, graphemeCount, unspacedLetters, unspacedRuns } from "@climb/text";
import type { DocumentWords } from "./quality/document-words.js";

// Beside letters and marks, what joins them inside a word: the joiners of Persian and Indic words, the Hebrew marks.
const spacedWord = `(?![${unspacedLetters}])[\\p{L}\\p{M}](?:(?![${unspacedLetters}])[\\p{L}\\p{M}]|[\\u200c\\u200d\\u05f3\\u05f4](?=\\p{L}))*`;
const simpleWord = /[\p{L}\p{M}]+/gu;
const pieces = new RegExp(`${unspacedRuns}|${spacedWord}`, "gu");
const unspacedPiece = new RegExp(`^[${unspacedLetters}]`, "u");
const kana = /^[\u3041-\u309f]+$/u;

// Syllables name nothing, but two that follow each other do: Tibetan, and what else has no dictionary.
const syllabic = /^[\u0f00-\u0fff\u1950-\u19ff\u1a20-\u1aff\u1b00-\u1b7f\ua000-\ua4cf\ua980-\ua9df\uaa80-\uaadf]/u;
const tsheg = "\u0f0b";

const [SHORTEST, LONGEST] = [2, 30];
// One long document must not name a whole domain.
const mostPerDocument = 3;

/** Occurrences of terms. */
export type TermCounts = Map<string, number>;

/**
 * The terms of a text that could name a domain, with their counts (at most three for each document): words of two to
 * thirty characters of any script, lower-case; no numbers, no single letters, no apostrophe endings. Where a script has
 * no spaces, the words of its dictionary; where it has none either, pairs of syllables.
 * @param notes for each different word of the text what {@link wordTerms} found in it
 */
export function documentTerms(text: string, words: DocumentWords, notes: readonly { terms: WordTerms }[]): TermCounts {
  if (!words.simple) return unspacedTerms(text);
  const counts: TermCounts = new Map();
  for (let i = 0; i < words.distinct; i++) {
    addWordTerms(counts, notes[words.different[i] as number]?.terms, words.times[i] as number);
  }
  return counts;
}

/** Counts the terms of a word of a document, which occurs so many times. */
export function addWordTerms(counts: TermCounts, terms: WordTerms, times: number): void {
  if (typeof terms === "string") addTerm(counts, terms, times);
  else for (const term of terms ?? []) addTerm(counts, term, times);
}

function addTerm(counts: TermCounts, term: string, times: number): void {
  counts.set(term, Math.min(mostPerDocument, (counts.get(term) ?? 0) + times));
}

/** The terms in a word, as white space leaves it: none, one, or several. */
export type WordTerms = undefined | string | string[];

/** The terms in a word of a script with spaces. */
export function wordTerms(word: string): WordTerms {
  const terms = (word.match(simpleWord) ?? []).filter(isNameable).map((each) => each.toLowerCase());
  return terms.length > 1 ? terms : terms[0];
}

function unspacedTerms(text: string): TermCounts {
  const counts: TermCounts = new Map();
  const add = (term: string) => {
    const count = counts.get(term) ?? 0;
    if (count < mostPerDocument) counts.set(term, count + 1);
  };
  let [previous, end] = ["", -1];
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    if (!unspacedPiece.test(piece)) {
      if (isNameable(piece)) add(piece.toLowerCase());
    } else if (syllabic.test(piece)) {
      let between = text.slice(end, index);
      if (between !== "" && between !== tsheg) previous = "";
      for (const syllable of cutRun(piece)) {
        if (previous !== "") add(previous + between + syllable);
        [previous, between] = [syllable, ""];
      }
    } else {
      // Words of hiragana alone are particles and endings.
      for (const word of cutRun(piece)) if (isNameable(word) && !kana.test(word)) add(word);
    }
    end = index + piece.length;
  }
  return counts;
}

function isNameable(word: string): boolean {
  // Counting is slow, and no word has more characters than code units.
  if (word.length < SHORTEST) return false;
  const ascii = word.charCodeAt(0) < 0x300;
  const length = ascii ? word.length : graphemeCount(word);
  return length >= SHORTEST && length <= LONGEST;
}

/** Adds counts to others. */
export function addTerms(to: TermCounts, from: ReadonlyMap<string, number>): void {
  for (const [term, count] of from) to.set(term, (to.get(term) ?? 0) + count);
}

/** The `most` most frequent terms, by count and then by spelling, so that memory stays bounded and the order fixed. */
export function mostFrequent(counts: ReadonlyMap<string, number>, most: number): TermCounts {
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, most));
}
