import { createCodeUnits, graphemeCount } from "@climb/text";
import { boilerplateRate } from "./boilerplate.js";
import { countCharacters } from "./characters.js";
import { codeLikeness } from "./code.js";
import { createWordReader, type DocumentWords, type NoteWord, whiteSpace } from "./document-words.js";
import { createLetterOrder } from "./letter-order.js";
import { markupShare, opaqueShare } from "./machine-text.js";
import { createRepetition, duplicateShare } from "./repetition.js";
import { segment } from "./segments.js";
import { mayBeBoilerplate, wordSignals } from "./word-signals.js";

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

/** A line is short below so many characters; of characters that stand for syllables or words half as many will do. */
const [SHORT_LINE, SHORT_UNSPACED_LINE] = [30, 15];
const MOSTLY_UNSPACED = 0.5;

// What ends a sentence in Latin text, then the marks of other scripts with the quotation marks and brackets after them.
// Thai, Lao and the scripts of the Tai write none, so there every line ends one.
const sentenceEnd =
  /[.!?"”’'。！？]$|[\u0589\u061f\u06d4\u0700-\u0702\u07f9\u0964\u0965\u0f0d-\u0f12\u104a\u104b\u1362\u1367\u1368\u166e\u1803\u1809\u17d4\u17d5\u1c7e\u1c7f\ua4ff\ua60e\ua6f3\ua9c8\ua9c9\uaaf0\uabeb\ufe52\uff0e\uff61。！？.!?\u{11047}\u{110c0}\u{11141}][)\]»」』）】》〉”’]*$|[\u0e00-\u0eff\u1950-\u19df\u1a20-\u1aad\uaa80-\uaadf]$/u;
const codesOf = (marks: string) => new Set(Array.from(marks, (mark) => mark.charCodeAt(0)));
const bulletMarks = codesOf("-*•●◦‣▪");
// The same of marks below 128, and the brackets that may follow a mark.
const asciiEnds = codesOf(".!?\"'");
const closing = ")]»」』）】》〉”’";
const [DOT, ELLIPSIS, BRACKET, SQUARE_BRACKET] = [0x2e, 0x2026, 0x29, 0x5d] as const;

/** What is measured of a document, and its words for whoever looks at them too. */
export interface Measures<T> {
  /** The result holds until the next text is measured. */
  measure(text: string): { signals: Signals; words: DocumentWords };
  /** What `note` said of a word, by its number. */
  notes: readonly T[];
}

/**
 * Measures documents. It holds working memory, so it is for one thread.
 * @param commonWords stop words of the languages that the corpus is written in, lower-case
 */
export function createMeasures<T>(commonWords: ReadonlySet<string>, note: NoteWord<T>): Measures<T> {
  const reader = createWordReader(commonWords, note);
  const [unitsOf, repetition, letterOrder] = [createCodeUnits(), createRepetition(), createLetterOrder()];
  const measure = (text: string) => {
    const units = unitsOf(text);
    const { lines, paragraphs } = segment(text);
    const words = reader.read(text, units);
    const characters = countCharacters(units, text.length);
    // Most texts need no counting.
    const lengthOf = characters.plain ? (part: string) => part.length : graphemeCount;
    const ofWords = wordSignals(words, reader);
    const ofRuns = repetition(words);
    const ofLines = lineSignals(lines, lengthOf, ofWords.unspaced > MOSTLY_UNSPACED ? SHORT_UNSPACED_LINE : SHORT_LINE);
    // Field by field, because spreading so many takes longer than most of what is measured.
    const signals: Signals = {
      words: words.count,
      meanWordLength: ofWords.meanWordLength,
      symbolsPerWord: words.count > 0 ? characters.symbols / words.count : 0,
      ellipsisLines: ofLines.ellipsisLines,
      bulletLines: ofLines.bulletLines,
      alphabeticWords: ofWords.alphabeticWords,
      commonWords: ofWords.commonWords,
      uniqueWords: ofWords.uniqueWords,
      digits: characters.digits,
      punctuation: characters.punctuation,
      upperCaseWords: ofWords.upperCaseWords,
      terminalLines: ofLines.terminalLines,
      shortLines: ofLines.shortLines,
      meanLineLength: ofLines.meanLineLength,
      duplicateLines: duplicateShare(lines),
      duplicateParagraphs: duplicateShare(paragraphs),
      top2gram: ofRuns.top2gram,
      top4gram: ofRuns.top4gram,
      duplicate5grams: ofRuns.duplicate5grams,
      duplicate10grams: ofRuns.duplicate10grams,
      markup: markupShare(text),
      opaque: opaqueShare(units, text.length),
      boilerplate: mayBeBoilerplate(words, reader) ? boilerplateRate(text, words.count) : 0,
      code: codeLikeness(lines),
      unspaced: ofWords.unspaced,
      letterOrder: letterOrder(units, text.length),
    };
    return { signals, words };
  };
  return { measure, notes: reader.notes };
}

/** {@link createMeasures} for whoever needs the signals alone. */
export function createSignals(commonWords: ReadonlySet<string>): (text: string) => Signals {
  const { measure } = createMeasures(commonWords, () => undefined);
  return (text) => measure(text).signals;
}

function lineSignals(lines: readonly string[], lengthOf: (line: string) => number, shortLine: number) {
  let [ellipsis, bullets, terminal, short, length] = [0, 0, 0, 0, 0];
  for (const line of lines) {
    const characters = lengthOf(line);
    length += characters;
    const last = line.charCodeAt(line.length - 1);
    if (last === ELLIPSIS || (last === DOT && line.endsWith("..."))) ellipsis++;
    let first = 0;
    while (whiteSpace[line.charCodeAt(first)] === 1) first++;
    if (bulletMarks.has(line.charCodeAt(first))) bullets++;
    // Most lines end in what needs no expression.
    if (last < 128 && last !== BRACKET && last !== SQUARE_BRACKET ? asciiEnds.has(last) : endsSentence(line))
      terminal++;
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

/** As {@link sentenceEnd} says, of the end of the line alone. */
function endsSentence(line: string): boolean {
  let end = line.length;
  while (end > 0 && closing.includes(line.charAt(end - 1))) end--;
  // The mark before them may be a pair of surrogates.
  return sentenceEnd.test(line.slice(Math.max(0, end - 2)));
}
