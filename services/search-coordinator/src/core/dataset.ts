import { hashSeed, sum } from "@climb/numeric";

/** What a data set takes from one domain. */
export interface DomainShare {
  weight: number;
  tokens: number;
  textBytes: number;
}

/**
 * Tokens to write when the user does not say: as many as the weights allow when each domain is repeated at most
 * `maxRepetition` times, and no more than the domains have together.
 */
export function defaultDatasetTokens(domains: DomainShare[], maxRepetition: number): number {
  const limits = domains
    .filter(({ weight }) => weight > 0)
    .map(({ weight, tokens }) => (maxRepetition * tokens) / weight);
  return Math.floor(Math.min(sum(domains.map(({ tokens }) => tokens)), ...limits));
}

/**
 * UTF-8 bytes of text to take from each domain so that the data set has `tokens` tokens at the weights; tokens are
 * turned into bytes by the domain's own bytes per token.
 * @throws RangeError naming the first domain that would be repeated more than `maxRepetition` times
 */
export function bytesPerDomain(domains: DomainShare[], tokens: number, maxRepetition: number): number[] {
  return domains.map(({ weight, tokens: own, textBytes }, j) => {
    if (weight === 0) return 0;
    const repetition = (weight * tokens) / own;
    // The slack is what rounding the weights to 1e-6 can add.
    if (!(repetition <= maxRepetition * (1 + 1e-4))) {
      throw new RangeError(
        `domain ${j} would be repeated ${repetition.toFixed(2)} times for ${tokens} tokens at weight ${weight}, the limit is ${maxRepetition}`,
      );
    }
    return repetition * textBytes;
  });
}

/** One document as selection sees it: 0-based index in the corpus, domain (−1 = pruned) and UTF-8 bytes. */
export interface DocumentSizes {
  domains: Int32Array;
  textBytes: Uint32Array;
}

/**
 * How often each document is written: whole passes over its domain, and one more for those that come first in a
 * seeded order until the domain's bytes are reached. Every document of a domain is taken before any is repeated.
 */
export function selectCopies(documents: DocumentSizes, bytesWanted: number[], seed: number): Uint16Array {
  const copies = new Uint16Array(documents.domains.length);
  bytesWanted.forEach((wanted, domain) => {
    if (wanted <= 0) return;
    const members: number[] = [];
    let own = 0;
    documents.domains.forEach((assigned, i) => {
      if (assigned !== domain) return;
      members.push(i);
      own += documents.textBytes[i] as number;
    });
    if (own === 0) return;
    const passes = Math.floor(wanted / own);
    let rest = wanted - passes * own;
    const order = members.map((i) => ({ i, key: hashSeed(seed, "select", i) }));
    order.sort((a, b) => a.key - b.key || a.i - b.i);
    for (const { i } of order) {
      const size = documents.textBytes[i] as number;
      // A document is taken when more than half of it fits: over many documents the errors cancel.
      const extra = rest > size / 2 ? 1 : 0;
      copies[i] = passes + extra;
      rest -= size;
    }
  });
  return copies;
}

/**
 * Cuts a domain's documents into parts of about a file: each ends with the shard in which it reaches `fileBytes`, and is
 * written as so many files of about that size. None for a domain without documents.
 * @param shardBytes the domain's bytes in each shard of the corpus
 */
export function cutByBytes(
  shardBytes: readonly number[],
  fileBytes: number,
): { from: number; to: number; files: number; bytes: number }[] {
  const parts: { from: number; to: number; files: number; bytes: number }[] = [];
  let [from, bytes] = [0, 0];
  for (const [shard, own] of shardBytes.entries()) {
    bytes += own;
    const isLast = shard === shardBytes.length - 1;
    if (bytes === 0 || (bytes < fileBytes && !isLast)) continue;
    parts.push({ from, to: shard + 1, files: Math.max(1, Math.round(bytes / fileBytes)), bytes });
    [from, bytes] = [shard + 1, 0];
  }
  return parts;
}

/** Place of one copy in the global shuffle, in [0, 1): sorting by it is the shuffle. */
export function shuffleKey(seed: number, document: number, copy: number): number {
  const high = hashSeed(seed, "shuffle", document, copy) >>> 0;
  const low = hashSeed(seed, "shuffle-low", document, copy) >>> 11;
  return (high + low / 2097152) / 4294967296;
}
