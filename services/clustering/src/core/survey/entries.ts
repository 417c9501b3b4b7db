import type { WordTerms } from "../terms.js";

/**
 * What counting needs of a word, whatever surrounds it: "Of" and "of," are one entry. The word alone where it is its own
 * term, else the word as stop words have it ("" if it has no letter) and its terms.
 */
export type Entry = string | string[];

/** Numbers entries, from 0, in the order in which they first come. */
export interface Entries {
  /** @param bare as stop words are written; undefined for a word without letters. @returns −1 for what counts for nothing */
  numberOf(bare: string | undefined, terms: WordTerms): number;
  all: readonly Entry[];
}

export function createEntries(): Entries {
  const all: Entry[] = [];
  const numbers = new Map<string, number>();
  return {
    all,
    numberOf(bare = "", terms) {
      if (bare === "" && terms === undefined) return -1;
      const entry = bare === terms ? bare : [bare, ...listOf(terms)];
      // No word begins with a bracket, so that none reads like a list.
      const key = typeof entry === "string" ? entry : JSON.stringify(entry);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, all.length);
      return all.push(entry) - 1;
    },
  };
}

/** The word of an entry as stop words are written, and its terms. */
export function read(entry: Entry): { bare: string; terms: WordTerms } {
  if (typeof entry === "string") return { bare: entry, terms: entry };
  const [bare = "", ...terms] = entry;
  return { bare, terms: terms.length > 1 ? terms : terms[0] };
}

function listOf(terms: WordTerms): string[] {
  if (terms === undefined) return [];
  return typeof terms === "string" ? [terms] : terms;
}
