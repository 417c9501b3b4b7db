import { seeded } from "@climb/numeric";

/**
 * Which documents a model is fitted on: for each shard the ascending rows drawn, or undefined for all of them. Every set of
 * `wanted` documents is equally likely (selection sampling: Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S).
 */
export function sampleRows(shardSizes: readonly number[], wanted: number, seed: number): (Uint32Array | undefined)[] {
  const total = shardSizes.reduce((sum, size) => sum + size, 0);
  if (total <= wanted) return shardSizes.map(() => undefined);
  const random = seeded(seed).child("fit sample");
  let [left, needed] = [total, wanted];
  return shardSizes.map((size) => {
    const rows: number[] = [];
    for (let row = 0; row < size; row++, left--) {
      if (random.float() * left < needed) {
        rows.push(row);
        needed--;
      }
    }
    return Uint32Array.from(rows);
  });
}
