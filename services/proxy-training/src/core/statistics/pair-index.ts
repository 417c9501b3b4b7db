import type { TargetPairs } from "./target-pairs.js";

/** The token pairs that are worth counting in the domains, and a number from 0 for each. */
export interface PairIndex {
  readonly size: number;
  /** The number of a pair, or −1 when no target has it. */
  slotOf(first: number, second: number): number;
}

/** Indexes the pairs of all targets, in an open-addressing table that is at most a quarter full. */
export function indexPairs(targets: readonly Pick<TargetPairs, "first" | "second">[]): PairIndex {
  const total = targets.reduce((sum, { first }) => sum + first.length, 0);
  const bits = Math.max(4, Math.ceil(Math.log2(4 * total + 1)));
  const mask = 2 ** bits - 1;
  const [firsts, seconds] = [new Uint32Array(2 ** bits), new Uint32Array(2 ** bits)];
  const slots = new Int32Array(2 ** bits).fill(-1);
  let size = 0;

  /** The place of the pair, or the free place where it would stand. */
  const find = (first: number, second: number) => {
    // Fibonacci hashing: the high bits of key × 2^32/φ. Ids of 16 bits have keys of their own.
    let place = Math.imul((first << 16) ^ (first >>> 16) ^ second, 0x9e3779b1) >>> (32 - bits);
    while (slots[place] !== -1 && (firsts[place] !== first || seconds[place] !== second)) place = (place + 1) & mask;
    return place;
  };

  for (const { first, second } of targets) {
    for (let p = 0; p < first.length; p++) {
      const [a, b] = [first[p] as number, second[p] as number];
      const place = find(a, b);
      if (slots[place] !== -1) continue;
      firsts[place] = a;
      seconds[place] = b;
      slots[place] = size++;
    }
  }
  return { size, slotOf: (first, second) => slots[find(first, second)] as number };
}
