/** A max-heap of token pairs by count. Equal counts: the smaller pair first, so that training has one outcome. */
export interface PairHeap {
  push(pair: number, count: number): void;
  /** Removes and returns the greatest entry, or undefined when empty. */
  pop(): { pair: number; count: number } | undefined;
}

/** Pairs are keys `first · 65536 + second`, compared as unsigned numbers. */
export function createPairHeap(): PairHeap {
  const pairs: number[] = [];
  const counts: number[] = [];

  const before = (countA: number, pairA: number, slot: number) => {
    const countB = counts[slot] as number;
    return countA > countB || (countA === countB && pairA < (pairs[slot] as number));
  };

  return {
    push(pair, count) {
      let slot = pairs.length;
      pairs.push(pair);
      counts.push(count);
      while (slot > 0) {
        const parent = (slot - 1) >> 1;
        if (!before(count, pair, parent)) break;
        pairs[slot] = pairs[parent] as number;
        counts[slot] = counts[parent] as number;
        slot = parent;
      }
      pairs[slot] = pair;
      counts[slot] = count;
    },
    pop() {
      const pair = pairs[0];
      const count = counts[0];
      if (pair === undefined || count === undefined) return undefined;
      const movedPair = pairs.pop() as number;
      const movedCount = counts.pop() as number;
      const size = pairs.length;
      if (size > 0) {
        let slot = 0;
        for (;;) {
          let child = 2 * slot + 1;
          if (child >= size) break;
          if (child + 1 < size && before(counts[child + 1] as number, pairs[child + 1] as number, child)) child++;
          if (before(movedCount, movedPair, child)) break;
          pairs[slot] = pairs[child] as number;
          counts[slot] = counts[child] as number;
          slot = child;
        }
        pairs[slot] = movedPair;
        counts[slot] = movedCount;
      }
      return { pair, count };
    },
  };
}
