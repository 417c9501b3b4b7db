import type { Random } from "@climb/numeric";

const ROUNDS = 6;

/**
 * A seeded one-to-one map of 0 … size−1 onto itself in constant memory: a Feistel network over the next power of four,
 * applied again until the value is below `size` (cycle walking, Black and Rogaway 2002), less than four times on average.
 *
 * @param size 1 to 2^30.
 * @throws RangeError on another size; the returned function expects an integer from 0 to size − 1.
 */
export function createPermutation(size: number, random: Random): (index: number) => number {
  if (!Number.isInteger(size) || size < 1 || size > 2 ** 30) {
    throw new RangeError(`a permutation needs a size from 1 to 2^30, got ${size}`);
  }
  let halfBits = 1;
  while (4 ** halfBits < size) halfBits++;
  const mask = 2 ** halfBits - 1;
  const keys = Uint32Array.from({ length: ROUNDS }, () => random.uint32());

  const scramble = (value: number) => {
    let left = value >>> halfBits;
    let right = value & mask;
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ (mix(right ^ (keys[round] as number)) & mask);
      left = right;
      right = next;
    }
    return (left << halfBits) | right;
  };

  return (index) => {
    let value = scramble(index);
    while (value >= size) value = scramble(value);
    return value;
  };
}

/** A 32-bit avalanche, so that every bit of the input reaches the low bits that the mask keeps. */
function mix(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
