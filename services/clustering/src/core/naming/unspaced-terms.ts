import { cutRun, unspacedLetters, unspacedRuns } from "@climb/text";
import { countUp, readPhrases } from "./phrases.js";
import type { TermCounts } from "./term-counts.js";
import { isNameable } from "./word-notes.js";

// Beside letters and marks, what joins them inside a word: the joiners of Persian and Indic words, the Hebrew marks.
const spacedWord = `(?![${unspacedLetters}])[\\p{L}\\p{M}](?:(?![${unspacedLetters}])[\\p{L}\\p{M}]|[\\u200c\\u200d\\u05f3\\u05f4](?=\\p{L}))*`;
const pieces = new RegExp(`${unspacedRuns}|${spacedWord}`, "gu");
const unspacedPiece = new RegExp(`^[${unspacedLetters}]`, "u");
const kana = /^[\u3041-\u309f]+$/u;

// Syllables name nothing, but two that follow each other do: Tibetan, and what else has no dictionary.
const syllabic = /^[\u0f00-\u0fff\u1950-\u19ff\u1a20-\u1aff\u1b00-\u1b7f\ua000-\ua4cf\ua980-\ua9df\uaa80-\uaadf]/u;
const tsheg = "\u0f0b";

/** The terms of a text of which a part is written without spaces; see `documentTerms`. */
export function unspacedTerms(text: string, stopWords: ReadonlySet<string>) {
  const terms: TermCounts = new Map();
  const phrases: TermCounts = new Map();
  const written: TermCounts = new Map();
  const reader = readPhrases(phrases);
  const add = (word: string) => {
    const term = word.toLowerCase();
    countUp(terms, term);
    if (term !== word) countUp(written, word);
    if (stopWords.has(term)) reader.interrupt();
    else reader.word(term);
  };
  let [syllable, end] = ["", -1];
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    const between = text.slice(end, index);
    if (between !== "" && between !== " ") reader.interrupt();
    if (!unspacedPiece.test(piece)) {
      if (isNameable(piece)) add(piece);
      else reader.interrupt();
    } else if (syllabic.test(piece)) {
      let joint = between;
      if (joint !== "" && joint !== tsheg) syllable = "";
      for (const next of cutRun(piece)) {
        if (syllable !== "") countUp(terms, syllable + joint + next);
        [syllable, joint] = [next, ""];
      }
      reader.interrupt();
    } else {
      // Words of hiragana alone are particles and endings.
      for (const word of cutRun(piece)) {
        if (isNameable(word) && !kana.test(word)) add(word);
        else reader.interrupt();
      }
    }
    end = index + piece.length;
  }
  return { terms, phrases, written };
}
