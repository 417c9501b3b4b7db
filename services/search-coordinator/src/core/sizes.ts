import { spearman, variance } from "@climb/numeric";
import { sameMixture } from "./confirm.js";
import type { ScoredRun } from "./objective.js";
import type { MeasuredNoise } from "./replicates.js";
import { FEWEST_MIXTURES } from "./rounds.js";

/** How the mixtures of a round are divided among the sizes of proxies. */
export interface RoundDivision {
  /** Mixtures that the proxy itself trains. */
  own: number;
  /** Smaller proxies, 1 for the first, that train all of those too, and so many further mixtures each. */
  smaller: { proxy: number; further: number }[];
}

/** Further mixtures of a round at most, times those that it was asked for: what is proposed must be told apart. */
const MAX_FURTHER = 4;

/**
 * The first round: half of it is spent at the answer's size, and what that leaves in equal parts on the smaller ones. What
 * the proxy itself trains they train too, which alone tells whether they order mixtures alike.
 * @param count mixtures that the round may have, each for the cost of a run at the answer's size
 * @param costs of a run of each smaller proxy, as a share of that
 * @param baselines mixtures that every size trains beside
 */
export function divideFirstRound(count: number, costs: readonly number[], baselines: number): RoundDivision {
  if (costs.length === 0) return { own: count, smaller: [] };
  const own = Math.min(count, Math.max(FEWEST_MIXTURES, Math.floor(count / 2)));
  const twins = costs.reduce((sum, cost) => sum + (own + baselines) * cost, 0);
  const left = Math.max(0, count - own - twins) / costs.length;
  return { own, smaller: costs.map((cost, s) => ({ proxy: s + 1, further: furtherFor(left, cost, count) })) };
}

/** What a run of each size tells of one at the answer's size. */
export interface SizeKnowledge {
  /** Correlation of two runs at the answer's size with different seeds, over mixtures. */
  own: number;
  /** Correlation of a run of each smaller proxy with one at the answer's size. */
  smaller: number[];
}

/**
 * A later round: a third of it at the answer's size, and the rest at the size whose runs tell most for their cost, in the
 * sense of the information that two correlated normal variables have of each other, −½ ln(1 − ρ²). Where that is the
 * answer's own, all of it.
 */
export function divideLaterRound(count: number, costs: readonly number[], known: SizeKnowledge): RoundDivision {
  const whole = { own: count, smaller: [] };
  const rates = costs.map((cost, s) => information(known.smaller[s] as number) / cost);
  const best = rates.reduce((most, rate, s) => (rate > (rates[most] ?? 0) ? s : most), 0);
  if (!((rates[best] ?? 0) > information(known.own))) return whole;
  const cost = costs[best] as number;
  const own = Math.max(1, Math.ceil(count / 3));
  const further = furtherFor(count - own - own * cost, cost, count);
  return further > count - own ? { own, smaller: [{ proxy: best + 1, further }] } : whole;
}

function furtherFor(left: number, cost: number, count: number): number {
  return Math.max(0, Math.min(MAX_FURTHER * count, Math.floor(left / cost)));
}

/** In nats; a correlation that is not known, or negative, tells nothing. */
function information(correlation: number): number {
  // A correlation of one would tell everything, for ever.
  const rho = Math.min(0.99, correlation > 0 ? correlation : 0);
  return -0.5 * Math.log(1 - rho * rho);
}

/** Whether a smaller proxy orders mixtures as the proxy itself does. */
export interface SizeTransfer {
  smallerParameters: number;
  parameters: number;
  /** Mixtures that were trained at both sizes with the same seed. */
  mixtures: number;
  /** Rank correlation of their objectives with its 90 % interval; NaN where it cannot be told. */
  spearman: number;
  lower: number;
  upper: number;
  /** Runs of the smaller proxy. */
  runs: number;
}

/** 95 % quantile of the standard normal distribution. */
const Z = 1.6449;

/**
 * How each smaller proxy orders mixtures, by those that were trained at both sizes. The interval is that of Fisher's
 * transformation with the variance (1 + ρ²/2) / (n − 3) of rank correlations (Bonett and Wright 2000).
 * @param scored runs that share a seed @param proxies how many smaller ones there are
 */
export function sizeTransfers(scored: readonly ScoredRun[], proxies: number): SizeTransfer[] {
  const own = scored.filter(({ run }) => !run.smallerProxy);
  const parametersOf = (runs: readonly ScoredRun[]) =>
    Math.max(0, ...runs.map(({ run }) => run.outcome?.parameters ?? 0));
  return Array.from({ length: proxies }, (_, s) => {
    const smaller = scored.filter(({ run }) => run.smallerProxy === s + 1);
    const pairs = smaller.flatMap(({ run, objective }) => {
      const same = own.find((other) => sameMixture(other.run.mixture, run.mixture));
      return same ? [[objective, same.objective] as const] : [];
    });
    const rho = spearman(
      pairs.map(([of]) => of),
      pairs.map(([, of]) => of),
    );
    return {
      smallerParameters: parametersOf(smaller),
      parameters: parametersOf(own),
      mixtures: pairs.length,
      spearman: rho,
      ...rankInterval(rho, pairs.length),
      runs: smaller.length,
    };
  });
}

function rankInterval(rho: number, n: number): { lower: number; upper: number } {
  if (!(n > 3) || !Number.isFinite(rho)) return { lower: Number.NaN, upper: Number.NaN };
  const error = Math.sqrt((1 + (rho * rho) / 2) / (n - 3));
  // An order without a fault has an interval too.
  const centre = Math.atanh(Math.max(-0.999, Math.min(0.999, rho)));
  return { lower: Math.tanh(centre - Z * error), upper: Math.tanh(centre + Z * error) };
}

/** What runs of each size tell of the answer's, by those so far. @param noise between seeds, at the answer's size */
export function sizeKnowledge(
  scored: readonly ScoredRun[],
  transfers: readonly SizeTransfer[],
  { objective: { standardDeviation } }: Pick<MeasuredNoise, "objective">,
): SizeKnowledge {
  const spread = variance(scored.flatMap(({ run, objective }) => (run.smallerProxy ? [] : [objective])));
  const noise = Number.isFinite(standardDeviation) ? standardDeviation ** 2 : 0;
  return {
    own: spread > 0 ? Math.max(0, 1 - noise / spread) : 0,
    smaller: transfers.map((transfer) => transfer.spearman),
  };
}
