/** Parts of a run that have mixtures of their own, and what each domain may have of all of it. */
export interface Parts {
  /** Of the run; they sum to 1. */
  shares: readonly number[];
  /** Bounds of each domain's weights in all parts together. */
  lower: Float64Array;
  upper: Float64Array;
}

const MOST_SWEEPS = 2000;
/** How far the weights of a part may be from its share; mixtures are multiples of 1e-6. */
const CLOSE = 1e-7;
/** What a weight of zero counts as, relative to the greatest: it becomes positive only where others cannot hold all. */
const NOTHING = 1e-9;

/**
 * The weights nearest to w in the sense of KL(· ‖ w) of which those of each part sum to its share, and those of each domain
 * keep its bounds: x_pj = w_pj · a_p · b_j, by scaling parts and domains in turn (Sinkhorn and Knopp 1967; with bounds,
 * Bregman's projections), where b_j is 1 for a domain that meets no bound.
 * @param w part after part, each with the domains in order
 */
export function projectParts(w: ArrayLike<number>, parts: Parts): Float64Array {
  const { shares, lower, upper } = parts;
  const count = lower.length;
  const largest = Math.max(...Array.from(w), 1e-300);
  const base = Float64Array.from(w, (value, i) =>
    (upper[i % count] as number) > 0 ? Math.max(value / largest, NOTHING) : 0,
  );
  const scales = new Float64Array(shares.length).fill(1);
  const moves = new Float64Array(count).fill(1);
  const at = (p: number, j: number) => (base[p * count + j] as number) * (scales[p] as number) * (moves[j] as number);
  const partTotal = (p: number) => {
    let total = 0;
    for (let j = 0; j < count; j++) total += at(p, j);
    return total;
  };
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    shares.forEach((share, p) => {
      scales[p] = ((scales[p] as number) * share) / partTotal(p);
    });
    for (let j = 0; j < count; j++) {
      moves[j] = 1;
      let total = 0;
      for (let p = 0; p < shares.length; p++) total += at(p, j);
      const wanted = Math.min(upper[j] as number, Math.max(lower[j] as number, total));
      moves[j] = total > 0 ? wanted / total : 1;
    }
    if (shares.every((share, p) => Math.abs(partTotal(p) - share) < CLOSE)) break;
  }
  return base.map((_, i) => at(Math.floor(i / count), i % count));
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
