import { createCodeUnits, createWordTable, cutRun, EMPTY_HASH, hashOf, hashUnit, unspacedLetters } from "@climb/text";

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

/** Where terms go: those that stand in the text, and those that stand for what is not said. */
interface Visitor {
  /** units[start, end); the hash is that of {@link hashOf}. */
  piece(start: number, end: number, hash: number): void;
  named(term: string): void;
}

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
  const piece = (start: number, end: number) => visit(lower.slice(start, end));
  walk(lower, createCodeUnits()(lower), { piece, named: visit });
}

/** {@link eachTerm} by numbers: for the many texts in which most terms were seen before. */
export interface TermReader {
  /** Calls `visit` with what `factOf` said of each term, once for each occurrence. */
  each(text: string, visit: (fact: number) => void): void;
}

/**
 * @param factOf called once for each different term in the order in which they come, and again only for those that were
 *   forgotten, which none is that came before in the same text
 */
export function createTermReader(factOf: (term: string) => number, most?: number): TermReader {
  const unitsOf = createCodeUnits();
  const table = createWordTable(factOf, most);
  const named = new Map<string, { units: Uint16Array; hash: number }>();
  return {
    each(text, visit) {
      table.trim();
      const lower = text.toLowerCase();
      const units = unitsOf(lower);
      walk(lower, units, {
        piece: (start, end, hash) => visit(table.factOf(table.numberOf(units, start, end, hash))),
        named(term) {
          let own = named.get(term);
          if (!own) {
            const ownUnits = createCodeUnits()(term).slice(0, term.length);
            own = { units: ownUnits, hash: hashOf(ownUnits, 0, term.length) };
            named.set(term, own);
          }
          visit(table.factOf(table.numberOf(own.units, 0, term.length, own.hash)));
        },
      });
    },
  };
}

function walk(lower: string, units: Uint16Array, visitor: Visitor): void {
  const end = lower.length;
  let i = 0;
  while (i < end) {
    const kind = classes[units[i] as number] as number;
    if (kind === WORD) {
      const start = i;
      let digitsOnly = true;
      let hash = EMPTY_HASH;
      while (i < end) {
        const next = units[i] as number;
        const own = classes[next] as number;
        if (own !== WORD && !(own === JOINER && i + 1 < end && classes[units[i + 1] as number] === WORD)) break;
        if (next < 48 || next > 57) digitsOnly = false;
        hash = hashUnit(hash, next);
        i++;
      }
      visitWord(units, start, i, hash, digitsOnly, visitor);
    } else if (kind === SYMBOL) {
      const start = i;
      while (i < end && classes[units[i] as number] === SYMBOL) i++;
      if (i - start === 2 || i - start === 3) visitor.piece(start, i, hashOf(units, start, i));
    } else if (kind === UNSPACED) {
      const start = i;
      while (i < end && classes[units[i] as number] === UNSPACED) i++;
      let at = start;
      for (const word of cutRun(lower.slice(start, i))) {
        visitor.piece(at, at + word.length, hashOf(units, at, at + word.length));
        at += word.length;
      }
    } else if (kind === DENSE || (kind === SURROGATE && i + 1 < end)) {
      i = visitDense(units, i, end, visitor);
    } else {
      i++;
    }
  }
}

function visitWord(
  units: Uint16Array,
  start: number,
  end: number,
  hash: number,
  digitsOnly: boolean,
  visitor: Visitor,
): void {
  const length = end - start;
  const first = units[start] as number;
  if (length === 1 && first < 128) return;
  if (digitsOnly && length > 4) visitor.named(`#${Math.min(length, 20)}`);
  else if (length > (first < BEYOND_LATIN ? LONGEST_WORD : LONGEST_OTHER_WORD)) visitor.named("#long");
  else visitor.piece(start, end, hash);
}

/** Visits a run of dense characters as singles and pairs; returns where the run ends. */
function visitDense(units: Uint16Array, start: number, end: number, visitor: Visitor): number {
  let i = start;
  let previous = start;
  while (i < end) {
    const kind = classes[units[i] as number];
    if (kind !== DENSE && kind !== SURROGATE) break;
    const next = i + (kind === SURROGATE && i + 1 < end ? 2 : 1);
    visitor.piece(i, next, hashOf(units, i, next));
    if (i > start) visitor.piece(previous, next, hashOf(units, previous, next));
    previous = i;
    i = next;
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
