import { cutRun, unspacedLetters, unspacedRuns } from "@climb/text";
import { isNameable, joinedTerms, type WordTerms } from "./word-terms.js";

// Beside letters and marks, what joins them inside a word: the joiners of Persian and Indic words, the Hebrew marks.
const spacedWord = `(?![${unspacedLetters}])[\\p{L}\\p{M}](?:(?![${unspacedLetters}])[\\p{L}\\p{M}]|[\\u200c\\u200d\\u05f3\\u05f4](?=\\p{L}))*`;
const pieces = new RegExp(`${unspacedRuns}|${spacedWord}`, "gu");
const unspacedPiece = new RegExp(`^[${unspacedLetters}]`, "u");
const kana = /^[\u3041-\u309f]+$/u;

// Syllables name nothing, but two that follow each other do: Tibetan, and what else has no dictionary.
const syllabic = /^[\u0f00-\u0fff\u1950-\u19ff\u1a20-\u1aff\u1b00-\u1b7f\ua000-\ua4cf\ua980-\ua9df\uaa80-\uaadf]/u;
const tsheg = "\u0f0b";

/**
 * What the words of a text tell, of which a part is written without spaces, one by one: the words of a script's dictionary, or
 * pairs of syllables where it has none. Undefined stands for what no phrase goes across.
 */
export function unspacedTerms(text: string): WordTerms[] {
  const found: WordTerms[] = [];
  const add = (word: string) => void found.push(joinedTerms([[word]], true, true));
  const interrupt = () => void (found.length > 0 && found.at(-1) !== undefined && found.push(undefined));
  let [syllable, end] = ["", -1];
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    const between = text.slice(end, index);
    if (between !== "" && between !== " ") interrupt();
    if (!unspacedPiece.test(piece)) {
      if (isNameable(piece)) add(piece);
      else interrupt();
    } else if (syllabic.test(piece)) {
      let joint = between;
      if (joint !== "" && joint !== tsheg) syllable = "";
      for (const next of cutRun(piece)) {
        // Pairs share their syllables, so they make no phrases.
        if (syllable !== "") found.push(joinedTerms([[syllable + joint + next]], false, false));
        [syllable, joint] = [next, ""];
      }
      interrupt();
    } else {
      // Words of hiragana alone are particles and endings.
      for (const word of cutRun(piece)) {
        if (isNameable(word) && !kana.test(word)) add(word);
        else interrupt();
      }
    }
    end = index + piece.length;
  }
  return found;
}
