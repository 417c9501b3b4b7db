import { hashSeed } from "./random.js";

/** One document as selection sees it: domain (−1 = pruned) and tokens, by its 0-based index in the corpus. */
export interface DocumentSizes {
  domains: Int32Array;
  tokens: Uint32Array;
}

/**
 * How often each document is written: whole passes over its domain, and one more for those that come first in a seeded
 * order until the domain's tokens are reached. Every document of a domain is taken before any is repeated; the last ones
 * are exchanged so that what is taken comes as near to what is wanted as whole documents allow, but a domain that is
 * wanted at all gets a document.
 * @param taken copies of each document that another selection with the same seed has: what it has least often comes first
 */
export function selectCopies(
  documents: DocumentSizes,
  tokensWanted: readonly number[],
  seed: number,
  taken?: Uint16Array,
): Uint16Array {
  const copies = new Uint16Array(documents.domains.length);
  tokensWanted.forEach((wanted, domain) => {
    if (wanted <= 0) return;
    const members: number[] = [];
    let own = 0;
    documents.domains.forEach((assigned, i) => {
      if (assigned !== domain) return;
      members.push(i);
      own += documents.tokens[i] as number;
    });
    if (own === 0) return;
    const order = members.map((i) => ({ i, key: hashSeed(seed, "select", i) }));
    order.sort((a, b) => a.key - b.key || a.i - b.i);
    const ordered = order.map(({ i }) => i);
    const least = taken ? members.reduce((few, i) => Math.min(few, taken[i] as number), Number.POSITIVE_INFINITY) : 0;
    const behind = taken ? ordered.filter((i) => taken[i] === least) : ordered;
    const left = behind.reduce((sum, i) => sum + (documents.tokens[i] as number), 0);
    // What the other selection has less often comes first, all of it where that is not enough.
    const isLevel = left < own && wanted > left;
    if (isLevel) for (const i of behind) copies[i] = 1;
    const rest = isLevel ? wanted - left : wanted;
    const among = left < own && !isLevel ? behind : ordered;
    const passes = among === ordered ? Math.floor(rest / own) : 0;
    const sizes = among.map((i) => documents.tokens[i] as number);
    const more = takeNearest(sizes, rest - passes * own, passes === 0 && !isLevel);
    among.forEach((i, k) => {
      copies[i] = (copies[i] as number) + passes + (more.has(k) ? 1 : 0);
    });
  });
  return copies;
}

/**
 * Indices of sizes, the first ones before later ones, whose sum is nearest to `wanted` after one document was added, left
 * out or exchanged.
 * @param atLeastOne whether something is taken however little is wanted
 */
function takeNearest(sizes: readonly number[], wanted: number, atLeastOne: boolean): Set<number> {
  const taken = new Set<number>();
  let rest = wanted;
  for (const [k, size] of sizes.entries()) {
    if (size > rest) continue;
    taken.add(k);
    rest -= size;
  }
  // Now every document that is left is larger than what is missing: one more is too many, but may be nearer.
  const sizeOf = (k: number) => sizes[k] as number;
  const left = [...sizes.keys()].filter((k) => !taken.has(k)).sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  const [smallest] = left;
  if (smallest === undefined) return taken;
  const isNearer = sizeOf(smallest) - rest < rest;
  const exchange = bestExchange(sizes, taken, left, isNearer ? sizeOf(smallest) - rest : rest, rest);
  if (exchange) {
    taken.delete(exchange.out);
    taken.add(exchange.in);
  } else if (isNearer || (atLeastOne && taken.size === 0)) taken.add(smallest);
  return taken;
}

/**
 * The exchange of a taken document for one that was left which comes nearest to what is missing.
 * @param within how near it must come; none, if none does
 */
function bestExchange(
  sizes: readonly number[],
  taken: ReadonlySet<number>,
  left: readonly number[],
  within: number,
  missing: number,
) {
  let best: { out: number; in: number } | undefined;
  let nearest = within;
  for (const out of taken) {
    // The first document that is left whose size is at least what would be right, and the one before it.
    const right = (sizes[out] as number) + missing;
    let [low, high] = [0, left.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sizes[left[middle] as number] as number) < right) low = middle + 1;
      else high = middle;
    }
    for (const candidate of [left[low - 1], left[low]]) {
      if (candidate === undefined) continue;
      const error = Math.abs((sizes[candidate] as number) - right);
      if (error < nearest) [best, nearest] = [{ out, in: candidate }, error];
    }
    if (nearest === 0) break;
  }
  return best;
}

/** Place of one copy in the global shuffle, in [0, 1): sorting by it is the shuffle. */
export function shuffleKey(seed: number, document: number, copy: number): number {
  const high = hashSeed(seed, "shuffle", document, copy) >>> 0;
  const low = hashSeed(seed, "shuffle-low", document, copy) >>> 11;
  return (high + low / 2097152) / 4294967296;
}
