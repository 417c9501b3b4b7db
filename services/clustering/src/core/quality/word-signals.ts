import { FEWEST_FORMULAS } from "./boilerplate.js";
import {
  CHARACTERS,
  COMMON,
  type DocumentWords,
  FORMULAS,
  LETTERED,
  UPPER,
  type WordReader,
} from "./document-words.js";

/** What the different words of a document tell. Shares of its words, 0 to 1, but for the first. */
export interface WordSignals {
  /** In characters as people count them. */
  meanWordLength: number;
  alphabeticWords: number;
  commonWords: number;
  uniqueWords: number;
  upperCaseWords: number;
  /** Written in a script without spaces between words. */
  unspaced: number;
}

/** Sums over the different words of a document what is known of them. */
export function wordSignals(words: DocumentWords, { factsOf }: Pick<WordReader, "factsOf">): WordSignals {
  const { count, distinct, different, times, unspaced } = words;
  let [characters, alphabetic, common, upper] = [0, 0, 0, 0];
  for (let i = 0; i < distinct; i++) {
    const facts = factsOf(different[i] as number);
    const occurrences = times[i] as number;
    characters += (facts >>> CHARACTERS) * occurrences;
    if (facts & LETTERED) alphabetic += occurrences;
    if (facts & COMMON) common += occurrences;
    if (facts & UPPER) upper += occurrences;
  }
  const n = Math.max(1, count);
  return {
    meanWordLength: characters / n,
    alphabeticWords: alphabetic / n,
    commonWords: common / n,
    uniqueWords: distinct / n,
    upperCaseWords: upper / n,
    unspaced: unspaced / n,
  };
}

/** False only if there cannot be formulas enough for boilerplate. */
export function mayBeBoilerplate(words: DocumentWords, { factsOf }: Pick<WordReader, "factsOf">): boolean {
  // Where words are cut at other places than spaces, a formula need not be whole words.
  if (!words.simple) return true;
  let formulas = 0;
  for (let i = 0; i < words.distinct; i++) {
    formulas += ((factsOf(words.different[i] as number) >>> FORMULAS) & 3) * (words.times[i] as number);
  }
  return formulas >= FEWEST_FORMULAS;
}
