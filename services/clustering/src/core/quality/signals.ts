import { graphemeCount, isPlain } from "@climb/text";
import { characterKinds, DIGIT, LETTER, NOTHING } from "./character-kinds.js";
import { codeLikeness } from "./code.js";
import { createLetterOrder } from "./letter-order.js";
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
  "letterOrder",
] as const;

export type SignalName = (typeof signalNames)[number];

/**
 * What was measured of one document. Shares run from 0 to 1; `words` counts; `meanWordLength` and `meanLineLength` are
 * in characters as people count them (a letter with its marks is one); `symbolsPerWord` is a ratio; `boilerplate`
 * counts formulas per 100 words; `letterOrder` runs from 0 to 5, see {@link createLetterOrder}.
 * Sources: Gopher (arXiv 2112.11446, section A1.1), C4 (1910.10683, section 2.2), FineWeb (2406.17557, section 3.6).
 */
export type Signals = Record<SignalName, number>;

const letterOrder = createLetterOrder();

/** A line is short below so many characters; of characters that stand for syllables or words half as many will do. */
const [SHORT_LINE, SHORT_UNSPACED_LINE] = [30, 15];
const MOSTLY_UNSPACED = 0.5;

// What ends a sentence in Latin text, then the marks of other scripts with the quotation marks and brackets after them.
// Thai, Lao and the scripts of the Tai write none, so there every line ends one.
const sentenceEnd =
  /[.!?"”’'。！？]$|[\u0589\u061f\u06d4\u0700-\u0702\u07f9\u0964\u0965\u0f0d-\u0f12\u104a\u104b\u1362\u1367\u1368\u166e\u1803\u1809\u17d4\u17d5\u1c7e\u1c7f\ua4ff\ua60e\ua6f3\ua9c8\ua9c9\uaaf0\uabeb\ufe52\uff0e\uff61。！？.!?\u{11047}\u{110c0}\u{11141}][)\]»」』）】》〉”’]*$|[\u0e00-\u0eff\u1950-\u19df\u1a20-\u1aad\uaa80-\uaadf]$/u;

/**
 * Measures a document.
 * @param commonWords stop words of the languages that the corpus is written in, lower-case
 */
export function documentSignals(text: string, commonWords: ReadonlySet<string>): Signals {
  const { lines, paragraphs, words, unspacedShare } = segment(text);
  const hashes = wordHashes(words);
  // Most texts need no counting.
  const lengthOf = isPlain(text) ? (part: string) => part.length : graphemeCount;
  return {
    words: words.length,
    ...wordSignals(words, commonWords, lengthOf),
    ...characterSignals(text),
    ...lineSignals(lines, lengthOf, unspacedShare > MOSTLY_UNSPACED ? SHORT_UNSPACED_LINE : SHORT_LINE),
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
    letterOrder: letterOrder(text),
  };
}

function wordSignals(words: readonly string[], commonWords: ReadonlySet<string>, lengthOf: (word: string) => number) {
  let [length, alphabetic, common, upper] = [0, 0, 0, 0];
  const distinct = new Set<string>();
  for (const word of words) {
    length += lengthOf(word);
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
    const kind = characterKinds[text.charCodeAt(i)];
    if (kind === NOTHING) continue;
    visible++;
    if (kind === DIGIT) digits++;
    else if (kind === LETTER) letters++;
  }
  const n = Math.max(1, visible);
  return { digits: digits / n, punctuation: (visible - digits - letters) / n };
}

function lineSignals(lines: readonly string[], lengthOf: (line: string) => number, shortLine: number) {
  let [ellipsis, bullets, terminal, short, length] = [0, 0, 0, 0, 0];
  for (const line of lines) {
    const characters = lengthOf(line);
    length += characters;
    if (/(?:\.\.\.|…)$/u.test(line)) ellipsis++;
    if (/^\s*[-*•●◦‣▪]/u.test(line)) bullets++;
    if (sentenceEnd.test(line)) terminal++;
    if (characters < shortLine) short++;
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
