import type { Random } from "@climb/numeric";

/** A K-fold split: `heldOut[k]` are the rows of fold k, `trained[k]` all the others, both ascending. */
export interface Folds {
  heldOut: Int32Array[];
  trained: Int32Array[];
}

/**
 * Splits rows 0..n−1 into K seeded folds whose sizes differ by at most one. K is 10 up to 128 rows, where a model
 * fitted on
 * 80 % of them would be visibly worse than the final one, and 5 beyond; never more than n.
 * @throws RangeError if n < 2.
 */
export function makeFolds(n: number, random: Random): Folds {
  if (n < 2) throw new RangeError(`cross-validation needs at least 2 different mixtures, got ${n}`);
  const count = Math.min(n, n <= 128 ? 10 : 5);
  const order = random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const foldOf = new Int32Array(n);
  order.forEach((row, position) => {
    foldOf[row] = position % count;
  });
  const rows = Array.from({ length: n }, (_, i) => i);
  const each = Array.from({ length: count }, (_, k) => k);
  return {
    heldOut: each.map((k) => Int32Array.from(rows.filter((row) => foldOf[row] === k))),
    trained: each.map((k) => Int32Array.from(rows.filter((row) => foldOf[row] !== k))),
  };
}
