import { EMPTY_HASH, hashUnit } from "@climb/text";
import { COUNT, FIRST, filterTally, NONE, SECOND, STRIDE, type Tally, THIRD } from "./tally.js";
import type { TermNumbers } from "./term-numbers.js";

/** Occurrences of terms. */
export type TermCounts = Map<string, number>;

/** Adds counts to others. */
export function addTerms(to: TermCounts, from: ReadonlyMap<string, number>): void {
  for (const [term, count] of from) to.set(term, (to.get(term) ?? 0) + count);
}

/** Counts by the spelling of terms, with a space between the words of a phrase in every script. */
export function spelledCounts(tally: Tally, numbers: TermNumbers): TermCounts {
  const counts: TermCounts = new Map();
  for (let row = 0; row < tally.size; row++) counts.set(spelled(tally, row, numbers), countOf(tally, row));
  return counts;
}

/** The `most` most frequent terms, by count and then by spelling, so that memory stays bounded and the order fixed. */
export function mostFrequent(tally: Tally, numbers: TermNumbers, most: number): TermCounts {
  const counts = Array.from({ length: tally.size }, (_, row) => countOf(tally, row));
  const { least } = threshold(counts, most);
  // Only what may have room is spelled.
  const frequent: [string, number][] = [];
  counts.forEach((count, row) => {
    if (bucketOf(count) >= least) frequent.push([spelled(tally, row, numbers), count]);
  });
  return new Map(frequent.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, most));
}

/**
 * About the `most` most frequent terms. Of those that are as frequent as the last that has room, the ones with low hashes: of
 * many that were seen once, every part of a corpus keeps the same ones, whose counts then add up, and none for its first
 * letter. One pass, no sorting.
 */
export function frequentSample(counts: ReadonlyMap<string, number>, most: number): TermCounts {
  const { least, below } = threshold([...counts.values()], most);
  return new Map(
    [...counts].filter(([term, count]) => {
      const bucket = bucketOf(count);
      return bucket > least || (bucket === least && hashOf(term) >>> 0 < below);
    }),
  );
}

/** As {@link frequentSample}; the same phrases are kept. */
export function frequentTally(tally: Tally, numbers: TermNumbers, most: number): Tally {
  const counts = Array.from({ length: tally.size }, (_, row) => countOf(tally, row));
  const { least, below } = threshold(counts, most);
  return filterTally(tally, (row) => {
    const bucket = bucketOf(counts[row] as number);
    return bucket > least || (bucket === least && hashOfRow(tally, row, numbers) >>> 0 < below);
  });
}

/** Counts above this are told apart by nobody who chooses a thousand of them. */
const MOST_TOLD_APART = 4096;

/** What is more frequent than `least` has room among `most`; of what is as frequent, those whose hash is below `below`. */
function threshold(counts: readonly number[], most: number): { least: number; below: number } {
  if (counts.length <= most) return { least: 0, below: 0 };
  const occurring = new Int32Array(MOST_TOLD_APART + 1);
  for (const count of counts) {
    const bucket = bucketOf(count);
    occurring[bucket] = (occurring[bucket] as number) + 1;
  }
  let [least, room] = [MOST_TOLD_APART, most - (occurring[MOST_TOLD_APART] as number)];
  while (room > 0) room -= occurring[--least] as number;
  return { least, below: 2 ** 32 * (1 + room / (occurring[least] as number)) };
}

function bucketOf(count: number): number {
  return Math.min(count, MOST_TOLD_APART);
}

function countOf({ rows }: Tally, row: number): number {
  return rows[row * STRIDE + COUNT] as number;
}

function spelled({ rows }: Tally, row: number, { spelling }: TermNumbers): string {
  const at = row * STRIDE;
  const [second, third] = [rows[at + SECOND] as number, rows[at + THIRD] as number];
  const first = spelling(rows[at + FIRST] as number);
  if (second === NONE) return first;
  return third === NONE ? `${first} ${spelling(second)}` : `${first} ${spelling(second)} ${spelling(third)}`;
}

/** FNV-1a over code units, from the hash of what stands before. */
function hashOf(text: string, before = EMPTY_HASH): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = hashUnit(hash, text.charCodeAt(i));
  return hash;
}

/** The hash of what the row spells. */
function hashOfRow({ rows }: Tally, row: number, { spelling }: TermNumbers): number {
  const at = row * STRIDE;
  let hash = hashOf(spelling(rows[at + FIRST] as number));
  for (const more of [rows[at + SECOND] as number, rows[at + THIRD] as number]) {
    if (more !== NONE) hash = hashOf(spelling(more), hashOf(" ", hash));
  }
  return hash;
}
