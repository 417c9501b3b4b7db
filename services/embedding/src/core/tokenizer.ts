import { cutRun, unspacedLetters } from "@climb/text";

/** Name of the rules below; it is stored in models, and a model with another name is refused. */
export const TOKENIZER = "words-2";

/**
 * A longer run of letters and digits (hash, base64) says nothing by its text: it becomes one common term. Beyond Latin
 * letters a word takes more UTF-16 units for the same sound, and digests are not written there.
 */
const [LONGEST_WORD, LONGEST_OTHER_WORD] = [40, 100];
const BEYOND_LATIN = 0x370;

const BREAK = 0;
const WORD = 1;
/** Scripts written without spaces between words: each character is a term, and each pair of neighbours. */
const DENSE = 2;
/** Marks that programs and markup put together: runs of two or three ("=>", "::", "</") are terms. */
const SYMBOL = 3;
/** Half of a pair that encodes one character beyond U+FFFF. */
const SURROGATE = 4;
/** Other scripts without spaces: their words are found as {@link cutRun} finds them. */
const UNSPACED = 5;
/** Joiners, which belong to the word that they stand in: those of Persian, Sinhala, Malayalam. */
const JOINER = 6;

const classes = classTable();

/**
 * Calls `visit` with each term of the text, in order, repeats included. No language is assumed:
 * - runs of letters, marks and digits of any script, lower-cased; single ASCII characters are left out;
 * - where a script has no spaces, the words of its dictionary, or its syllables;
 * - runs of digits of four or more become their length, so that numbers of a kind share a term;
 * - Chinese and Japanese characters one by one and in pairs;
 * - runs of two or three ASCII symbols.
 */
export function eachTerm(text: string, visit: (term: string) => void): void {
  const lower = text.toLowerCase();
  const end = lower.length;
  let i = 0;
  while (i < end) {
    const code = lower.charCodeAt(i);
    const kind = classes[code] as number;
    if (kind === WORD) {
      const start = i;
      let digitsOnly = true;
      while (i < end) {
        const next = lower.charCodeAt(i);
        if (classes[next] !== WORD && !(classes[next] === JOINER && classes[lower.charCodeAt(i + 1)] === WORD)) break;
        if (next < 48 || next > 57) digitsOnly = false;
        i++;
      }
      visitWord(lower, start, i, digitsOnly, visit);
    } else if (kind === SYMBOL) {
      const start = i;
      while (i < end && classes[lower.charCodeAt(i)] === SYMBOL) i++;
      if (i - start === 2 || i - start === 3) visit(lower.slice(start, i));
    } else if (kind === UNSPACED) {
      const start = i;
      while (i < end && classes[lower.charCodeAt(i)] === UNSPACED) i++;
      for (const word of cutRun(lower.slice(start, i))) visit(word);
    } else if (kind === DENSE || (kind === SURROGATE && i + 1 < end)) {
      i = visitDense(lower, i, visit);
    } else {
      i++;
    }
  }
}

function visitWord(text: string, start: number, end: number, digitsOnly: boolean, visit: (term: string) => void): void {
  const length = end - start;
  if (length === 1 && text.charCodeAt(start) < 128) return;
  if (digitsOnly && length > 4) visit(`#${Math.min(length, 20)}`);
  else if (length > (text.charCodeAt(start) < BEYOND_LATIN ? LONGEST_WORD : LONGEST_OTHER_WORD)) visit("#long");
  else visit(text.slice(start, end));
}

/** Visits a run of dense characters as singles and pairs; returns where the run ends. */
function visitDense(text: string, start: number, visit: (term: string) => void): number {
  let i = start;
  let previous = "";
  while (i < text.length) {
    const kind = classes[text.charCodeAt(i)];
    if (kind !== DENSE && kind !== SURROGATE) break;
    const size = kind === SURROGATE && i + 1 < text.length ? 2 : 1;
    const character = text.slice(i, i + size);
    visit(character);
    if (previous !== "") visit(previous + character);
    previous = character;
    i += size;
  }
  return i;
}

/** The class of every UTF-16 code unit, looked up once: a regular expression per character is ten times slower. */
function classTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
  const unspaced = new RegExp(`[${unspacedLetters}]`, "u");
  const word = /[\p{L}\p{M}\p{N}]/u;
  const symbol = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]/;
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (code >= 0xd800 && code < 0xe000) table[code] = SURROGATE;
    else if (dense.test(character)) table[code] = DENSE;
    else if (unspaced.test(character)) table[code] = UNSPACED;
    else if (word.test(character)) table[code] = WORD;
    else if (code === 0x200c || code === 0x200d) table[code] = JOINER;
    else if (symbol.test(character)) table[code] = SYMBOL;
    else table[code] = BREAK;
  }
  return table;
}
