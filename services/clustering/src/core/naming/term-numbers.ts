import { onlyTerm, type WordTerms } from "./word-terms.js";

/** What a word tells naming, as {@link WordTerms} has it, with a number for each term and each way to write one. */
export type NumberedTerms = undefined | number | NumberedJoinedTerms;

/** Terms of a word that are not all of it, see `JoinedTerms`. */
export interface NumberedJoinedTerms {
  written: readonly (readonly number[])[];
  terms: readonly (readonly number[])[];
  /** Its only term; undefined if it has several. */
  only: number | undefined;
  opens: boolean;
  closes: boolean;
}

/** Numbers for terms, so that documents are counted without strings. */
export interface TermNumbers {
  /** The number of a spelling: equal ones have equal numbers. */
  numberOf(spelling: string): number;
  numbered(terms: WordTerms): NumberedTerms;
  /** How the term or way to write one with this number is spelled. */
  spelling(number: number): string;
  /** Whether no phrase goes across the term with this number. */
  isStop(number: number): boolean;
}

/** @param stopWords lower-case */
export function createTermNumbers(stopWords: ReadonlySet<string>): TermNumbers {
  const numbers = new Map<string, number>();
  const spellings: string[] = [];
  const stops: boolean[] = [];
  const numberOf = (spelling: string) => {
    const known = numbers.get(spelling);
    if (known !== undefined) return known;
    numbers.set(spelling, spellings.length);
    stops.push(stopWords.has(spelling));
    return spellings.push(spelling) - 1;
  };
  return {
    numberOf,
    numbered(terms) {
      if (terms === undefined) return undefined;
      if (typeof terms === "string") return numberOf(terms);
      const only = onlyTerm(terms);
      return {
        written: terms.written.map((run) => run.map(numberOf)),
        terms: terms.terms.map((run) => run.map(numberOf)),
        only: only === undefined ? undefined : numberOf(only),
        opens: terms.opens,
        closes: terms.closes,
      };
    },
    spelling: (number) => spellings[number] as string,
    isStop: (number) => stops[number] as boolean,
  };
}
