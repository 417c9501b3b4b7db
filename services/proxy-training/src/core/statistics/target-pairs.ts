import type { EncodedTarget } from "../targets/items.js";
import type { Tokens } from "../tokens.js";

/** The distinct token pairs of a target's scored text, sorted by (first, second). */
export interface TargetPairs {
  readonly target: string;
  /** UTF-8 bytes of the scored text. */
  readonly textBytes: number;
  /** Token before a scored token; end-of-text before the first. */
  readonly first: Uint32Array;
  /** The scored token. */
  readonly second: Uint32Array;
  /** How often the pair occurs in the target. */
  readonly counts: Float64Array;
}

/** A pair as one number, exact for ids below 2^26. */
const KEY_BASE = 2 ** 26;

/** Counts the pairs that end in a scored token of the right answer (and of the context, if that is scored). */
export function collectPairs(target: EncodedTarget): TargetPairs {
  const counts = new Map<number, number>();
  for (const { sequences, gold, scoredStart } of target.items) {
    const sequence = sequences[gold] as Tokens;
    for (let t = scoredStart; t < sequence.length; t++) {
      const key = (sequence[t - 1] as number) * KEY_BASE + (sequence[t] as number);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const keys = Float64Array.from(counts.keys()).sort();
  return {
    target: target.name,
    textBytes: target.scoredBytes,
    first: Uint32Array.from(keys, (key) => Math.floor(key / KEY_BASE)),
    second: Uint32Array.from(keys, (key) => key % KEY_BASE),
    counts: keys.map((key) => counts.get(key) as number),
  };
}
