import type { NumberedTerms, TermNumbers } from "../naming/term-numbers.js";
import { joinedTerms, type WordTerms } from "../naming/word-terms.js";

/**
 * What counting needs of a word, whatever surrounds it: "Of" and "of," count alike as stop words. The word alone where it is
 * its own term, else the word as stop words have it ("" if it has no letter) and its terms: whether the first opens it (1) and
 * the last closes it (2), and each as it is written, those of an identifier in one list.
 */
export type Entry = string | [bare: string] | [bare: string, ends: number, ...written: (string | readonly string[])[]];

/** Numbers entries, from 1, in the order in which they first come. */
export interface Entries {
  /** @param bare as stop words are written; undefined for a word without letters. @returns 0 for what counts for nothing */
  numberOf(bare: string | undefined, terms: WordTerms): number;
  /** The terms of each entry, by its number; none for 0. */
  terms: readonly NumberedTerms[];
  /** All entries as JSON, from 1. */
  json(): string;
}

export function createEntries({ numbered }: TermNumbers): Entries {
  const all: NumberedTerms[] = [undefined];
  const kept: Entry[] = [];
  const numbers = new Map<string, number>();
  return {
    json: () => JSON.stringify(kept),
    terms: all,
    numberOf(bare = "", terms) {
      if (bare === "" && terms === undefined) return 0;
      const key = keyOf(bare, terms);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, all.length);
      kept.push(bare === terms ? bare : listOf(bare, terms));
      return all.push(numbered(terms)) - 1;
    },
  };
}

/** What tells an entry from others: there is no white space in words. */
function keyOf(bare: string, terms: WordTerms): string {
  if (bare === terms) return bare;
  if (typeof terms !== "object") return `${bare}\n${terms ?? ""}`;
  let key = `${bare}\n${terms.opens ? "(" : ""}${terms.closes ? ")" : ""}\n`;
  for (const run of terms.written) key += `${run.length === 1 ? run[0] : run.join(" ")}\n`;
  return key;
}

const [OPENS, CLOSES] = [1, 2] as const;

function listOf(bare: string, terms: WordTerms): Entry {
  if (terms === undefined) return [bare];
  if (typeof terms === "string") return [bare, OPENS | CLOSES, terms];
  const ends = (terms.opens ? OPENS : 0) | (terms.closes ? CLOSES : 0);
  return [bare, ends, ...terms.written.map((run) => (run.length === 1 ? (run[0] as string) : run))];
}

/** The word of an entry as stop words are written, and its terms. */
export function read(entry: Entry): { bare: string; terms: WordTerms } {
  if (typeof entry === "string") return { bare: entry, terms: entry };
  const [bare, ends = 0, ...written] = entry;
  const runs = written.map((run) => (typeof run === "string" ? [run] : run));
  return { bare, terms: joinedTerms(runs, (ends & OPENS) > 0, (ends & CLOSES) > 0) };
}
