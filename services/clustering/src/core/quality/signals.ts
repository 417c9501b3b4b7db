import { codeLikeness } from "./code.js";
import { boilerplateRate, markupShare, opaqueShare } from "./machine-text.js";
import { duplicateNgramShare, duplicateShare, topNgramShare, wordHashes } from "./repetition.js";
import { bareWord, segment } from "./segments.js";

/** The names of the signals, in the order in which they are stored. */
export const signalNames = [
  "words",
  "meanWordLength",
  "symbolsPerWord",
  "ellipsisLines",
  "bulletLines",
  "alphabeticWords",
  "commonWords",
  "uniqueWords",
  "digits",
  "punctuation",
  "upperCaseWords",
  "terminalLines",
  "shortLines",
  "meanLineLength",
  "duplicateLines",
  "duplicateParagraphs",
  "top2gram",
  "top4gram",
  "duplicate5grams",
  "duplicate10grams",
  "markup",
  "opaque",
  "boilerplate",
  "code",
  "unspaced",
] as const;

export type SignalName = (typeof signalNames)[number];

/**
 * What was measured of one document. Shares run from 0 to 1; `words` counts; `meanWordLength` and `meanLineLength` are
 * in characters; `symbolsPerWord` is a ratio; `boilerplate` counts formulas per 100 words.
 * Sources: Gopher (arXiv 2112.11446, section A1.1), C4 (1910.10683, section 2.2), FineWeb (2406.17557, section 3.6).
 */
export type Signals = Record<SignalName, number>;

/**
 * Measures a document.
 * @param commonWords stop words of the languages that the corpus is written in, lower-case
 */
export function documentSignals(text: string, commonWords: ReadonlySet<string>): Signals {
  const { lines, paragraphs, words, unspacedShare } = segment(text);
  const hashes = wordHashes(words);
  return {
    words: words.length,
    ...wordSignals(words, commonWords),
    ...characterSignals(text),
    ...lineSignals(lines),
    symbolsPerWord: words.length > 0 ? (text.match(/#|\.\.\.|…/gu)?.length ?? 0) / words.length : 0,
    duplicateLines: duplicateShare(lines),
    duplicateParagraphs: duplicateShare(paragraphs),
    top2gram: topNgramShare(words, hashes, 2),
    top4gram: topNgramShare(words, hashes, 4),
    duplicate5grams: duplicateNgramShare(words, hashes, 5),
    duplicate10grams: duplicateNgramShare(words, hashes, 10),
    markup: markupShare(text),
    opaque: opaqueShare(text),
    boilerplate: boilerplateRate(text, words.length),
    code: codeLikeness(lines),
    unspaced: unspacedShare,
  };
}

function wordSignals(words: readonly string[], commonWords: ReadonlySet<string>) {
  let [length, alphabetic, common, upper] = [0, 0, 0, 0];
  const distinct = new Set<string>();
  for (const word of words) {
    length += word.length;
    distinct.add(word);
    if (!/\p{L}/u.test(word)) continue;
    alphabetic++;
    const bare = bareWord(word);
    if (commonWords.has(bare)) common++;
    if (word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()) upper++;
  }
  const n = Math.max(1, words.length);
  return {
    meanWordLength: length / n,
    alphabeticWords: alphabetic / n,
    commonWords: common / n,
    uniqueWords: distinct.size / n,
    upperCaseWords: upper / n,
  };
}

function characterSignals(text: string) {
  let [digits, letters, visible] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32) continue;
    visible++;
    if (code >= 48 && code <= 57) digits++;
    else if ((code | 32) >= 97 && (code | 32) <= 122) letters++;
    // Beyond ASCII nearly everything that texts hold is letters; punctuation there is counted as such.
    else if (code > 127 && !(code >= 0x2000 && code <= 0x303f) && !(code >= 0xff00 && code <= 0xff0f)) letters++;
  }
  const n = Math.max(1, visible);
  return { digits: digits / n, punctuation: (visible - digits - letters) / n };
}

function lineSignals(lines: readonly string[]) {
  let [ellipsis, bullets, terminal, short, length] = [0, 0, 0, 0, 0];
  for (const line of lines) {
    length += line.length;
    if (/(?:\.\.\.|…)$/u.test(line)) ellipsis++;
    if (/^\s*[-*•●◦‣▪]/u.test(line)) bullets++;
    if (/[.!?"”’'。！？]$/u.test(line)) terminal++;
    if (line.length < 30) short++;
  }
  const n = Math.max(1, lines.length);
  return {
    ellipsisLines: ellipsis / n,
    bulletLines: bullets / n,
    terminalLines: terminal / n,
    shortLines: short / n,
    meanLineLength: length / n,
  };
}
