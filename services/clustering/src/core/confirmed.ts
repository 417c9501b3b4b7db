import { COPY_OVERLAP, overlap, SIGNATURE_BYTES } from "./shingles.js";

/** The earlier documents of its cluster whose vectors are nearest to each document of a shard. */
export interface Candidates {
  /** (rows, {@link CANDIDATES}) cosines, the nearest first; −1 where there is none. */
  similarities: Float32Array;
  /** Their numbers in the corpus. */
  earlier: Int32Array;
}

/** How many are looked at: the nearest vector is not always that of the text that was copied. */
export const CANDIDATES = 3;

/** Sketches of some documents, by their numbers in the corpus. */
export interface Sketches {
  /** Ascending. */
  rows: Uint32Array;
  /** (rows, {@link SIGNATURE_BYTES}). */
  signatures: Uint8Array;
}

/** The documents, ascending, whose texts must be compared because their vectors are at least this near. */
export function comparedRows(shards: readonly Candidates[], least: number): Uint32Array {
  const rows = new Set<number>();
  let first = 0;
  for (const { similarities, earlier } of shards) {
    for (let i = 0; i < similarities.length; i++) {
      if ((similarities[i] as number) < least) continue;
      rows.add(first + Math.floor(i / CANDIDATES));
      rows.add(earlier[i] as number);
    }
    first += similarities.length / CANDIDATES;
  }
  return Uint32Array.from(rows).sort();
}

/**
 * For each document of each shard the most similar of its candidates of which it is a copy by its text too, or, where
 * none is, the most similar that is below every threshold; −1 where there is neither.
 */
export function confirm(shards: readonly Candidates[], least: number, sketches: Sketches) {
  const slots = new Map<number, number>();
  sketches.rows.forEach((row, slot) => {
    slots.set(row, slot);
  });
  const signature = (row: number) => {
    const start = (slots.get(row) as number) * SIGNATURE_BYTES;
    return sketches.signatures.subarray(start, start + SIGNATURE_BYTES);
  };
  let first = 0;
  return shards.map(({ similarities, earlier }) => {
    const rows = similarities.length / CANDIDATES;
    const found = { similarities: new Float32Array(rows).fill(-1), earlier: new Int32Array(rows).fill(-1) };
    for (let row = 0; row < rows; row++) {
      for (let i = row * CANDIDATES; i < (row + 1) * CANDIDATES; i++) {
        const [similarity, other] = [similarities[i] as number, earlier[i] as number];
        if (other < 0) break;
        if (similarity >= least && overlap(signature(first + row), signature(other)) < COPY_OVERLAP) continue;
        found.similarities[row] = similarity;
        found.earlier[row] = other;
        break;
      }
    }
    first += rows;
    return found;
  });
}
