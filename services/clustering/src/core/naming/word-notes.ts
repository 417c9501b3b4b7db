import { graphemeCount, unspacedLetters } from "@climb/text";

/** What naming must know of a word as white space leaves it, found out once for each different word. */
export interface NotedWord {
  word: string;
  /** The terms in it, in lower case. */
  terms: readonly string[];
  /** The same as they are written. */
  written: readonly string[];
  /** Whether nothing but its first term begins it, so that a phrase may go on with it. */
  opens: boolean;
  /** Whether nothing but its last term ends it. */
  closes: boolean;
  /** What it holds as program code, once that was asked for; see `identifierWords`. */
  identifiers?: readonly (readonly string[])[];
}

/** Nothing that could name anything; a word in small letters that is a term by itself; or all that is known. */
export type WordNote = undefined | string | NotedWord;

const [SHORTEST, LONGEST] = [2, 30];

// Latin words in small letters are most of most texts.
const plainWord = /^[a-z]{3,30}$/;
const letters = /[\p{L}\p{M}]+/gu;
// Addresses, paths, file names, markup, formulas, quoted code and identifiers say how a text was made, not what it is about.
const machineMade =
  /:\/\/|^\W*www\.|[<>=\\{}|`]|\w\/[\w.-]+\/|\w_\w|\w\.(?:com|org|net|io|html?|[cm]?[jt]sx?|md|json|ya?ml|png|svg|jpe?g|gif|css|py|rb|rs|go)\b|[a-z]{2}[A-Z][a-z]/u;

/** What is to be noted of a word of a text in a script with spaces. */
export function noteWord(word: string): WordNote {
  if (plainWord.test(word)) return word;
  const runs = word.match(letters);
  if (!runs) return undefined;
  const written = machineMade.test(word) ? [] : runs.filter(isNameable);
  if (written.length === 0 && !runs.some((run) => run.length > SHORTEST)) return undefined;
  const [first, last] = [written[0] ?? "\n", written.at(-1) ?? "\n"];
  return {
    word,
    written,
    terms: written.map((term) => term.toLowerCase()),
    opens: word.startsWith(first),
    closes: word.endsWith(last),
  };
}

/**
 * Whether a run of letters could name something: two to thirty characters of any script, and not two small Latin letters,
 * which are endings, units and tags.
 */
export function isNameable(word: string): boolean {
  // Counting is slow, and no word has more characters than code units.
  if (word.length < SHORTEST || (word.length === SHORTEST && /^[a-z]+$/.test(word))) return false;
  const length = word.charCodeAt(0) < 0x300 ? word.length : graphemeCount(word);
  return length >= SHORTEST && length <= LONGEST;
}

const betweenUnspaced = new RegExp(`(?<=[${unspacedLetters}]) (?=[${unspacedLetters}])`, "gu");

/** A term for people: phrases are kept with spaces between their words, which scripts without spaces do not write. */
export function asWritten(term: string): string {
  return term.replace(betweenUnspaced, "");
}
