import {
  createWordTable,
  EMPTY_HASH,
  graphemeCount,
  hashOf,
  hashUnit,
  isSimple,
  type WordTable,
  wordsOf,
} from "@climb/text";
import { formulasOf } from "./boilerplate.js";
import { type NumberedWords, ONCE } from "./repetition.js";
import { bareWord } from "./segments.js";

/** The words of one document. Arrays may be longer than their counts, and hold until the next document is read. */
export interface DocumentWords extends NumberedWords {
  /** The different words, in the order in which they come, and how often each occurs. */
  distinct: number;
  different: Int32Array;
  times: Int32Array;
  /** The numbers of its first words in their order, and how many they are; at most {@link MOST_BEGINNING}. */
  beginning: Int32Array;
  beginnings: number;
  /** How many of the words are written in a script without spaces. */
  unspaced: number;
  /** Cut at white space alone, which is what scripts with spaces need. */
  simple: boolean;
}

/**
 * What is to be kept of a word.
 * @param bare the word as stop words are written, see `bareWord`; undefined if it has no letter
 */
export type NoteWord<T> = (word: string, bare: string | undefined) => T;

/** Cuts documents into words and knows what was once found out of a word. */
export interface WordReader {
  read(text: string, units: Uint16Array): DocumentWords;
  /** Facts of a word by its number: see {@link LETTERED} and what follows. */
  factsOf(number: number): number;
  /** What `note` said of a word, by its number. */
  notes: readonly unknown[];
}

/** So many words at the beginning of a document are kept in their order for whoever needs that. */
export const MOST_BEGINNING = 250;

/** Bits of the facts of a word: has a letter; is written in capitals; is among the common words. */
export const [LETTERED, UPPER, COMMON] = [1, 2, 4] as const;
/** Where the count of formulas begins (two bits), and that of characters as people count them (all above). */
export const [FORMULAS, CHARACTERS] = [3, 5] as const;

/** For each code unit 1 if it is white space. */
export const whiteSpace = Uint8Array.from({ length: 0x10000 }, (_, code) =>
  /\s/u.test(String.fromCharCode(code)) ? 1 : 0,
);

/** @param commonWords lower-case */
export function createWordReader<T>(
  commonWords: ReadonlySet<string>,
  note: NoteWord<T>,
): WordReader & { notes: readonly T[] } {
  const notes: T[] = [];
  const table = createWordTable((word) => {
    const bare = /\p{L}/u.test(word) ? bareWord(word) : undefined;
    notes.push(note(word, bare));
    return factsOf(word, bare, commonWords);
  });
  const empty = () => new Int32Array(0);
  let [numbers, lengths, different, times] = [empty(), empty(), empty(), empty()];
  const beginning = new Int32Array(MOST_BEGINNING);
  // Where a word stands among the different ones of this document, from 1; by its number.
  let places = new Int32Array(1 << 13);
  /** What is left to do when all words have their numbers. */
  const counted = (count: number, unspaced: number, simple: boolean): DocumentWords => {
    while (table.size() > places.length) places = new Int32Array(2 * places.length);
    const beginnings = Math.min(count, MOST_BEGINNING);
    beginning.set(numbers.subarray(0, beginnings));
    let distinct = 0;
    for (let i = 0; i < count; i++) {
      const number = numbers[i] as number;
      const place = places[number] as number;
      if (place > 0) times[place - 1] = (times[place - 1] as number) + 1;
      else {
        different[distinct] = number;
        times[distinct] = 1;
        places[number] = ++distinct;
      }
    }
    // As createRepetition takes words that occur once.
    for (let i = 0; i < count; i++) {
      if (times[(places[numbers[i] as number] as number) - 1] === 1) numbers[i] = ONCE;
    }
    for (let i = 0; i < distinct; i++) places[different[i] as number] = 0;
    return { count, numbers, lengths, distinct, different, times, beginning, beginnings, unspaced, simple };
  };
  return {
    notes,
    factsOf: table.factOf,
    read(text, units) {
      if (table.trim()) notes.length = 0;
      const simple = isSimple(text);
      // Words of scripts with spaces have one between them; no text has more words than code units.
      const most = simple ? (text.length >> 1) + 1 : text.length;
      if (most > numbers.length) [numbers, lengths, different, times] = arrays(Math.ceil(1.25 * most));
      if (simple) {
        const count = numberSimple(units, text.length, table, numbers, lengths);
        return counted(count, 0, true);
      }
      const { words, unspaced } = wordsOf(text);
      numberGiven(words, text, units, table, numbers, lengths);
      return counted(words.length, unspaced, false);
    },
  };
}

function arrays(length: number) {
  const of = () => new Int32Array(length);
  return [of(), of(), of(), of()] as const;
}

/** Numbers what stands between white space; how many words that are. */
function numberSimple(
  units: Uint16Array,
  length: number,
  table: WordTable,
  numbers: Int32Array,
  lengths: Int32Array,
): number {
  let [i, count] = [0, 0];
  while (i < length) {
    while (i < length && whiteSpace[units[i] as number] === 1) i++;
    if (i === length) break;
    const start = i;
    let hash = EMPTY_HASH;
    for (; i < length && whiteSpace[units[i] as number] === 0; i++) hash = hashUnit(hash, units[i] as number);
    numbers[count] = table.numberOf(units, start, i, hash);
    lengths[count++] = i - start;
  }
  return count;
}

/** Numbers words that are given in their order. */
function numberGiven(
  words: readonly string[],
  text: string,
  units: Uint16Array,
  table: WordTable,
  numbers: Int32Array,
  lengths: Int32Array,
): void {
  let end = 0;
  words.forEach((word, w) => {
    // Only separators lie between words, so this is the word itself.
    const start = text.indexOf(word, end);
    end = start + word.length;
    numbers[w] = table.numberOf(units, start, end, hashOf(units, start, end));
    lengths[w] = word.length;
  });
}

function factsOf(word: string, bare: string | undefined, commonWords: ReadonlySet<string>): number {
  const facts = (graphemeCount(word) << CHARACTERS) | (formulasOf(word) << FORMULAS);
  if (bare === undefined) return facts;
  const upper = word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase();
  return facts | LETTERED | (upper ? UPPER : 0) | (commonWords.has(bare) ? COMMON : 0);
}
