/** Occurrences of terms. */
export type TermCounts = Map<string, number>;

/** Adds counts to others. */
export function addTerms(to: TermCounts, from: ReadonlyMap<string, number>): void {
  for (const [term, count] of from) to.set(term, (to.get(term) ?? 0) + count);
}

/** The `most` most frequent terms, by count and then by spelling, so that memory stays bounded and the order fixed. */
export function mostFrequent(counts: ReadonlyMap<string, number>, most: number): TermCounts {
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, most));
}

/**
 * About the `most` most frequent terms. Of those that are as frequent as the last that has room, the ones with low hashes: of
 * many that were seen once, every part of a corpus keeps the same ones, whose counts then add up, and none for its first
 * letter. One pass, no sorting.
 */
export function frequentSample(counts: ReadonlyMap<string, number>, most: number): TermCounts {
  if (counts.size <= most) return new Map(counts);
  const occurring = new Int32Array(MOST_TOLD_APART + 1);
  for (const count of counts.values()) {
    const bucket = bucketOf(count);
    occurring[bucket] = (occurring[bucket] as number) + 1;
  }
  let [least, room] = [MOST_TOLD_APART, most - (occurring[MOST_TOLD_APART] as number)];
  while (room > 0) room -= occurring[--least] as number;
  // Of those that occur so often, this part has room.
  const below = 2 ** 32 * (1 + room / (occurring[least] as number));
  const kept: TermCounts = new Map();
  for (const [term, count] of counts) {
    const bucket = bucketOf(count);
    if (bucket > least || (bucket === least && hashOf(term) < below)) kept.set(term, count);
  }
  return kept;
}

/** Counts above this are told apart by nobody who chooses a thousand of them. */
const MOST_TOLD_APART = 4096;

function bucketOf(count: number): number {
  return Math.min(count, MOST_TOLD_APART);
}

/** FNV-1a over code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
