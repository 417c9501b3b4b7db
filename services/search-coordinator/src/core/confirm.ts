import type { PlannedRun } from "./events.js";
import type { ScoredRun } from "./objective.js";

/** A mixture that deserves fresh seeds. */
export interface Candidate {
  origin: string;
  mixture: number[];
  predicted?: PlannedRun["predicted"];
}

/**
 * Chooses what to confirm: the best measured mixture first, then the proposals in their order (the predicted optimum
 * leads them), then further measured ones. Mixtures closer than 1e-3 in L1 count as the same.
 * @param measured exploring runs whose mixture is feasible
 * @param score what measured mixtures are ranked by, lower is better
 */
export function confirmationCandidates(
  measured: ScoredRun[],
  proposals: Candidate[],
  count: number,
  score: (run: ScoredRun) => number,
): Candidate[] {
  const ranked = measured
    .map((scored) => ({ run: scored.run, score: score(scored) }))
    .sort((a, b) => a.score - b.score)
    .map(({ run }) => ({ origin: `best measured (${run.origin})`, mixture: run.mixture, predicted: run.predicted }));
  const [best, ...others] = ranked;
  const chosen: Candidate[] = [];
  for (const candidate of [...(best ? [best] : []), ...proposals, ...others]) {
    if (chosen.length >= count) break;
    if (chosen.every((known) => distance(known.mixture, candidate.mixture) > 1e-3)) chosen.push(candidate);
  }
  return chosen;
}

/** Whether two mixtures are the same one for all that proxies can tell. */
export function sameMixture(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return distance(a, b) <= 1e-6 * a.length;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += Math.abs((a[j] as number) - (b[j] as number));
  return total;
}
