/** The two parts of a run that have mixtures of their own, and what each domain may have of all of it. */
export interface Parts {
  /** Of the run; they sum to 1. */
  shares: readonly number[];
  /** Bounds of each domain's weights in all parts together. */
  lower: Float64Array;
  upper: Float64Array;
}

/** What a weight of zero counts as, relative to the greatest: it becomes positive only where others cannot hold all. */
const NOTHING = 1e-9;
/** Halvings of a range of logarithms; what is left of it is far below a millionth of a weight. */
const HALVINGS = 50;
const [MOST_RATIO, MOST_SCALE] = [60, 100];

/**
 * The weights nearest to w in the sense of KL(· ‖ w) of which those of each part sum to its share, and those of each domain
 * keep its bounds: x_pj = w_pj · a_p · b_j, where b_j is 1 for a domain that meets no bound. For a ratio of the two parts'
 * factors their scale follows from the sum of all weights, and the second part's share grows with the ratio, because both are
 * slopes of a concave dual: two bisections, one in the other, however near bounds and shares are to each other.
 * @param w part after part, each with the domains in order
 */
export function projectParts(w: ArrayLike<number>, { shares, lower, upper }: Parts): Float64Array {
  const count = lower.length;
  const largest = Math.max(...Array.from(w), 1e-300);
  const base = Float64Array.from(w, (value, i) =>
    (upper[i % count] as number) > 0 ? Math.max(value / largest, NOTHING) : 0,
  );
  const totals = new Float64Array(count);
  const kept = (j: number, scale: number) =>
    Math.min(upper[j] as number, Math.max(lower[j] as number, scale * (totals[j] as number)));
  /** Fills the totals for a ratio, and finds the scale at which what is kept of them sums to one. */
  const scaleAt = (ratio: number) => {
    let sum = 0;
    for (let j = 0; j < count; j++) {
      const total = (base[j] as number) + ratio * (base[count + j] as number);
      totals[j] = total;
      sum += total;
    }
    // Most mixtures meet no bound once they sum to one.
    const direct = 1 / sum;
    if (totals.every((total, j) => kept(j, direct) === direct * total)) return direct;
    return Math.exp(
      bisect(MOST_SCALE, (log) => {
        const scale = Math.exp(log);
        let sum = 0;
        for (let j = 0; j < count; j++) sum += kept(j, scale);
        return sum > 1;
      }),
    );
  };
  const ratio = Math.exp(
    bisect(MOST_RATIO, (log) => {
      const at = Math.exp(log);
      const scale = scaleAt(at);
      let second = 0;
      for (let j = 0; j < count; j++) {
        const total = totals[j] as number;
        if (total > 0) second += (kept(j, scale) * at * (base[count + j] as number)) / total;
      }
      return second > (shares[1] as number);
    }),
  );
  const scale = scaleAt(ratio);
  return base.map((value, i) => {
    const j = i % count;
    const total = totals[j] as number;
    return total > 0 ? (kept(j, scale) * (i < count ? value : ratio * value)) / total : 0;
  });
}

/** Where something that is false below is true above, within so far of 0. */
function bisect(most: number, isAbove: (value: number) => boolean): number {
  let [left, right] = [-most, most];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (left + right) / 2;
    if (isAbove(middle)) right = middle;
    else left = middle;
  }
  return (left + right) / 2;
}

/** Each domain's weights in all parts together. */
export function weightsOverall(w: ArrayLike<number>, count: number): Float64Array {
  const total = new Float64Array(count);
  for (let i = 0; i < w.length; i++) total[i % count] = (total[i % count] as number) + (w[i] as number);
  return total;
}

/** Whether the weights that are not zero can hold all of each of two parts, and all together: then some mixture of them keeps all bounds from above. */
export function haveRoom(w: ArrayLike<number>, { shares, upper }: Parts): boolean {
  const count = upper.length;
  const used = (p: number, j: number) => (w[p * count + j] as number) > 0;
  const rooms = shares.map((_, p) => upper.reduce((sum, bound, j) => sum + (used(p, j) ? bound : 0), 0));
  const any = upper.reduce((sum, bound, j) => sum + (shares.some((_, p) => used(p, j)) ? bound : 0), 0);
  return any >= 1 && rooms.every((room, p) => room >= (shares[p] as number));
}
