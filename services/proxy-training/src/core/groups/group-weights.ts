/** How the weights of domains follow what is measured of them. */
export interface GroupFollowing {
  /** Step size η of the weights' logarithms in one update. */
  stepSize: number;
  /** Share c of even weights that is mixed in after each update, [0, 1). */
  smoothing: number;
}

/** DoReMi's own values (arXiv 2305.10429, section 3). */
export const DOREMI: GroupFollowing = { stepSize: 1, smoothing: 1e-3 };

/**
 * Ours for alignments, the step size that of all updates together: where a domain does a sixteenth more for the targets all
 * along, its weight grows e⁴-fold (DECISIONS 84).
 */
export const ALIGNMENT: GroupFollowing = { stepSize: 64, smoothing: 1e-3 };

/** What weights that follow something have come to. */
export interface GroupState {
  /** Weights now; sum 1. A domain that began without weight stays without. */
  weights: number[];
  /** Sum of the weights after each update. */
  sums: number[];
  updates: number;
  /** Windows taken from each domain so far. */
  drawn: number[];
}

/** Before the first update. @param mixture weights to begin with, at least 0, sum 1 */
export function initialGroups(mixture: readonly number[]): GroupState {
  const zeros = () => mixture.map(() => 0);
  return { weights: [...mixture], sums: zeros(), updates: 0, drawn: zeros() };
}

/**
 * One update, in place: α ← α·exp(η·excess), normalised, then (1 − c)·α + c/m over the m domains in use (arXiv 2305.10429,
 * algorithm 1).
 * @param excess of each domain, nats a token, or what else they follow; what it is of a domain without weight does not matter
 */
export function updateGroups(state: GroupState, excess: readonly number[], options: GroupFollowing): void {
  const { weights } = state;
  const used = weights.filter((weight) => weight > 0).length;
  // The largest exponent is taken out first, so that nothing overflows; normalising cancels it.
  const most = Math.max(...excess.filter((_, j) => (weights[j] as number) > 0));
  const raised = weights.map((weight, j) =>
    weight > 0 ? weight * Math.exp(options.stepSize * ((excess[j] as number) - most)) : 0,
  );
  const total = raised.reduce((sum, value) => sum + value, 0);
  state.updates++;
  raised.forEach((value, j) => {
    if ((weights[j] as number) <= 0) return;
    weights[j] = (1 - options.smoothing) * (value / total) + options.smoothing / used;
    state.sums[j] = (state.sums[j] as number) + (weights[j] as number);
  });
}

/** Mean of the weights over all updates, which is DoReMi's answer, and DoGE's (arXiv 2310.15393); the weights as they are before the first. */
export function meanWeights({ weights, sums, updates }: GroupState): number[] {
  return updates === 0 ? [...weights] : sums.map((sum) => sum / updates);
}
