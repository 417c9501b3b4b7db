import { graphemeCount, unspacedLetters } from "@climb/text";
import { identifierWords, isTelling } from "./identifier-words.js";

/**
 * What a word, as white space leaves it, tells naming: nothing that could name anything; one term in small letters that is
 * the whole word; or all that is known.
 */
export type WordTerms = undefined | string | JoinedTerms;

/** Terms of a word that are not all of it. */
export interface JoinedTerms {
  /** The terms in it as they are written; those that are a phrase wherever the word stands are in one list. */
  written: readonly (readonly string[])[];
  /** The same in lower case. */
  terms: readonly (readonly string[])[];
  /** Whether nothing but its first term begins it, so that a phrase may go on with it. */
  opens: boolean;
  /** Whether nothing but its last term ends it. */
  closes: boolean;
}

const [SHORTEST, LONGEST] = [2, 30];

// Latin words in small letters are most of most texts.
const plainWord = /^[a-z]{3,30}$/;
const letters = /[\p{L}\p{M}]+/gu;
// Addresses, paths, file names, markup, formulas, quoted code and identifiers say how a text was made, not what it is about.
const machineMade =
  /:\/\/|^\W*www\.|[<>=\\{}|`]|\w\/[\w.-]+\/|\w_\w|\w\.(?:com|org|net|io|html?|[cm]?[jt]sx?|md|json|ya?ml|png|svg|jpe?g|gif|css|py|rb|rs|go)\b|[a-z]{2}[A-Z][a-z]/u;

/**
 * The terms of a word of a text in a script with spaces.
 * @param isCode whether the text is program code: then they are the words of the identifiers in it
 */
export function wordTerms(word: string, isCode: boolean): WordTerms {
  if (plainWord.test(word)) return isCode && !isTelling(word) ? undefined : word;
  const runs = word.match(letters);
  if (!runs) return undefined;
  const named = machineMade.test(word) ? [] : runs.filter(isNameable);
  const [first, last] = [named[0] ?? "\n", named.at(-1) ?? "\n"];
  const written = isCode ? identifierWords(word) : named.map((term) => [term]);
  return joinedTerms(written, word.startsWith(first), word.endsWith(last));
}

/** Terms of which all is known, as small as they can be said; see {@link JoinedTerms}. */
export function joinedTerms(written: readonly (readonly string[])[], opens: boolean, closes: boolean): WordTerms {
  if (written.length === 0) return undefined;
  const terms = written.map((run) => run.map((term) => term.toLowerCase()));
  const joined = { written, terms, opens, closes };
  const only = onlyTerm(joined);
  return only !== undefined && only === written[0]?.[0] && opens && closes ? only : joined;
}

/** The only term of a word; undefined if it has none, or several. */
export function onlyTerm(word: WordTerms): string | undefined {
  if (typeof word !== "object") return word;
  const [run, more] = word.terms;
  return more === undefined && run?.length === 1 ? run[0] : undefined;
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
