import type { EncodedTarget } from "../targets/items.js";

/** The distinct token pairs of a target's scored text, sorted by (first, second). */
export interface TargetPairs {
  readonly target: string;
  /** UTF-8 bytes of the scored text. */
  readonly textBytes: number;
  /** Token before a scored token; end-of-text before the first. */
  readonly first: Uint16Array;
  /** The scored token. */
  readonly second: Uint16Array;
  /** How often the pair occurs in the target. */
  readonly counts: Float64Array;
}

/** Counts the pairs that end in a scored token of the right answer (and of the context, if that is scored). */
export function collectPairs(target: EncodedTarget): TargetPairs {
  const counts = new Map<number, number>();
  for (const { sequences, gold, scoredStart } of target.items) {
    const sequence = sequences[gold] as Uint16Array;
    for (let t = scoredStart; t < sequence.length; t++) {
      const key = (sequence[t - 1] as number) * 65536 + (sequence[t] as number);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const keys = Float64Array.from(counts.keys()).sort();
  return {
    target: target.name,
    textBytes: target.scoredBytes,
    first: Uint16Array.from(keys, (key) => Math.floor(key / 65536)),
    second: Uint16Array.from(keys, (key) => key % 65536),
    counts: keys.map((key) => counts.get(key) as number),
  };
}
