import { normalise, sum } from "@climb/numeric";
import { collapse, type FixedGroup, fixedGroups } from "./fixed-groups.js";
import { haveRoom, type Parts, projectParts } from "./parts.js";
import { smallestRaise } from "./smallest-change.js";

/** The set every proposal lies in: lower ≤ w ≤ upper, Σ w = 1. Bounds are multiples of 1e-6 as the mixtures are. */
export interface Feasible {
  lower: Float64Array;
  upper: Float64Array;
  /** Token shares or the caller's prior: where sampling starts and what the KL penalty refers to. */
  prior: Float64Array;
  /** Strength of the penalty KL(w ‖ prior), in units of the objective. */
  klStrength: number;
  /** Domains whose ratios to each other are fixed; no domain is in two. */
  groups: readonly FixedGroup[];
  /** Parts of a run with mixtures of their own: weights are then those of the parts one after the other, and bound by these. */
  parts?: Parts;
}

export interface ConstraintInput {
  /** Domain ids, for messages. */
  domains: readonly string[];
  /** Tokens N_j of each domain. */
  tokens: ArrayLike<number>;
  /** Tokens T of the target run; 0 means as many as the corpus has. */
  targetTokens: number;
  /** Largest number of times that a domain may be repeated; 0 means the default of 4. */
  maxRepetition: number;
  bounds: readonly { domain: string; lower: number; upper?: number | undefined }[];
  prior?: ArrayLike<number>;
  klStrength: number;
  /** Domains whose ratios are kept, for example those of an earlier search; ratios are divided by their sum. */
  groups?: readonly { domains: readonly string[]; ratios: readonly number[] }[];
  /** Shares of the parts of a run that have mixtures of their own; domains and tokens are then given once for each. */
  parts?: readonly number[];
}

/** Constraints that no mixture meets; the message says which could be loosened and how far. */
export class InfeasibleError extends RangeError {
  override readonly name = "InfeasibleError";
}

/**
 * Four repeats cost nothing measurable (Muennighoff et al., arXiv 2305.16264); Olmix (arXiv 2602.12237) uses the same
 * cap.
 */
export const defaultRepetition = 4;

/** The greatest weight of each domain by repetition alone, min(1, cap·N_j/T); of all parts together. */
export function repetitionLimits(input: ConstraintInput): Float64Array {
  const { tokens, targetTokens, maxRepetition } = ofOnePart(input);
  const target = targetTokens || sum(tokens);
  return Float64Array.from(tokens, (count) => Math.min(1, ((maxRepetition || defaultRepetition) * count) / target));
}

/**
 * Bounds from single domains and from repetition, w_j ≤ cap · N_j / T (Olmix, arXiv 2602.12237).
 * @throws InfeasibleError if no mixture meets them; RangeError for a value out of its range.
 */
export function feasibleSet(input: ConstraintInput): Feasible {
  if (input.parts?.length) return partedSet(input, input.parts);
  const { domains, tokens } = input;
  const available = sum(tokens);
  if (!(available > 0)) throw new RangeError("the domains have no tokens");
  if (input.maxRepetition < 0) throw new RangeError(`max_repetition is ${input.maxRepetition}, expected at least 0`);
  if (!(input.klStrength >= 0)) throw new RangeError(`kl_strength is ${input.klStrength}, expected at least 0`);
  const cap = input.maxRepetition || defaultRepetition;
  const target = input.targetTokens || available;
  const lower = new Float64Array(domains.length);
  const upper = repetitionLimits(input);
  if (sum(upper) < 1 - 1e-9) {
    const most = cap * available;
    if (most < target) {
      throw new InfeasibleError(
        `${target} target tokens cannot be reached: ${available} tokens repeated at most ${cap} times give ${most}. ` +
          `Feasible are target_tokens up to ${Math.floor(most)} or max_repetition from ${(target / available).toPrecision(4)}`,
      );
    }
  }
  for (const bound of input.bounds) {
    const j = domains.indexOf(bound.domain);
    if (j < 0) throw new RangeError(`bound for domain "${bound.domain}": there is no such domain`);
    const high = bound.upper ?? 1;
    if (!(bound.lower >= 0 && bound.lower <= high && high <= 1)) {
      throw new RangeError(`bound of "${bound.domain}" is ${bound.lower} to ${high}, expected 0 ≤ lower ≤ upper ≤ 1`);
    }
    const repeated = upper[j] as number;
    if (bound.lower > repeated + 1e-9) {
      throw new InfeasibleError(
        `domain "${bound.domain}" must have at least ${bound.lower}, but ${tokens[j]} tokens repeated at most ${cap} times are ` +
          `${repeated.toPrecision(4)} of ${target}. Feasible is max_repetition from ${((bound.lower * target) / (tokens[j] as number)).toPrecision(4)}`,
      );
    }
    lower[j] = bound.lower;
    upper[j] = Math.min(repeated, high);
  }
  const [least, most] = [sum(lower), sum(upper)];
  if (least > 1 + 1e-9) {
    throw new InfeasibleError(
      `the lower bounds sum to ${Number(least.toPrecision(6))}, more than 1. ` +
        `Feasible are lower bounds that are ${(least - 1).toPrecision(3)} less together, for example each times ${(Math.floor(1e4 / least) / 1e4).toPrecision(4)}`,
    );
  }
  if (most < 1 - 1e-9) {
    const high = domains.map((domain) => input.bounds.find((bound) => bound.domain === domain)?.upper ?? 1);
    throw new InfeasibleError(
      `the upper bounds${sum(high) < 1 - 1e-9 ? "" : `, with max_repetition ${cap} at ${target} target tokens,`} sum to ${Number(most.toPrecision(6))}, less than 1. ` +
        smallestRaise({ tokens, high, target, cap, room: most }),
    );
  }
  const bounds = onGrid(lower, upper);
  const groups = fixedGroups(domains, input.groups ?? []);
  const grouped = collapse(bounds, groups);
  for (const [g, group] of groups.entries()) {
    const [low, high] = [grouped.lower[g] as number, grouped.upper[g] as number];
    if (low <= high + 1e-9) continue;
    const names = group.members.map((j) => `"${domains[j]}"`).join(", ");
    throw new InfeasibleError(
      `the fixed ratios of ${names} and the bounds of these domains contradict: the group would need at least ${low.toPrecision(4)} and at most ${high.toPrecision(4)}`,
    );
  }
  if (groups.length > 0 && (sum(grouped.upper) < 1 - 1e-9 || sum(grouped.lower) > 1 + 1e-9)) {
    throw new InfeasibleError(
      `with the fixed ratios the weights can sum to ${sum(grouped.lower).toPrecision(4)} at the least and ${sum(grouped.upper).toPrecision(4)} at the most, expected 1 between them: raise an upper bound or max_repetition of a group's scarcest domain`,
    );
  }
  return {
    ...bounds,
    prior: normalise(input.prior && input.prior.length > 0 ? input.prior : tokens),
    klStrength: input.klStrength,
    groups,
  };
}

/** The constraints as if the run had one mixture. */
function ofOnePart(input: ConstraintInput): ConstraintInput {
  const { domains, tokens, parts = [], prior: _, ...rest } = input;
  if (parts.length === 0) return input;
  const count = domains.length / parts.length;
  return { ...rest, domains: domains.slice(0, count), tokens: Array.from(tokens).slice(0, count) };
}

/** What is said of a domain holds for its weights in all parts together, which can be divided among them in any way. */
function partedSet(input: ConstraintInput, shares: readonly number[]): Feasible {
  const { domains, prior, klStrength } = input;
  if (shares.length !== 2 || domains.length % 2 !== 0 || Math.abs(sum(shares) - 1) > 1e-6)
    throw new RangeError(
      `${domains.length} domains and shares of parts that sum to ${sum(shares)}, expected all domains for each of two parts, and 1`,
    );
  if (input.groups?.length) throw new RangeError("fixed groups, expected none where parts of a run have mixtures");
  const { lower, upper, prior: tokenShares } = feasibleSet(ofOnePart(input));
  const ofCells = (value: (share: number, j: number) => number) =>
    Float64Array.from(domains, (_, i) => value(shares[Math.floor(i / lower.length)] as number, i % lower.length));
  return {
    lower: ofCells(() => 0),
    upper: ofCells((share, j) => Math.min(share, upper[j] as number)),
    prior: prior && prior.length > 0 ? normalise(prior) : ofCells((share, j) => share * (tokenShares[j] as number)),
    klStrength,
    groups: [],
    parts: { shares, lower, upper },
  };
}

/** Bounds moved inwards to multiples of 1e-6; outwards where nothing would be left between them. */
function onGrid(lower: Float64Array, upper: Float64Array): { lower: Float64Array; upper: Float64Array } {
  const low = lower.map((value) => Math.ceil(value * 1e6 - 1e-6) / 1e6);
  const high = upper.map((value) => Math.floor(value * 1e6 + 1e-6) / 1e6);
  return {
    lower: sum(low) > 1 ? lower.map((value) => Math.floor(value * 1e6) / 1e6) : low,
    upper: sum(high) < 1 ? upper.map((value) => Math.min(1, Math.ceil(value * 1e6) / 1e6)) : high,
  };
}

/**
 * The feasible mixture nearest to w in the sense of KL(· ‖ w): clamp(τ · w) for the τ that makes it sum to one, by
 * bisection.
 * Ratios between domains that meet no bound stay as they are. Entries of w that are zero may become positive only where
 * the
 * others cannot hold all the weight. A fixed group counts as one domain with the sum of its weights.
 */
export function projectKl(w: ArrayLike<number>, set: Feasible): Float64Array {
  const { groups, parts } = set;
  if (parts) return projectParts(w, parts);
  if (groups.length === 0) return clampTo(w, set);
  const weights = groups.map(({ members }) => members.reduce((total, j) => total + (w[j] as number), 0));
  const projected = clampTo(weights, collapse(set, groups));
  const mixture = new Float64Array(w.length);
  groups.forEach(({ members, ratios }, g) => {
    members.forEach((j, i) => {
      mixture[j] = (ratios[i] as number) * (projected[g] as number);
    });
  });
  return mixture;
}

function clampTo(w: ArrayLike<number>, set: Pick<Feasible, "lower" | "upper">): Float64Array {
  const n = w.length;
  const largest = Math.max(...Array.from(w), 1e-300);
  // Relative to the largest, so that the multiplier lies within e^±60 whatever the scale of w.
  const scaled = Float64Array.from(w, (value) => (value / largest < 1e-15 ? 0 : value / largest));
  let reach = 0;
  for (let j = 0; j < n; j++) reach += (scaled[j] as number) > 0 ? (set.upper[j] as number) : (set.lower[j] as number);
  const base = reach < 1 ? scaled.map((value, j) => value + 1e-6 * (set.upper[j] as number)) : scaled;
  const at = (j: number, factor: number) =>
    Math.min(set.upper[j] as number, Math.max(set.lower[j] as number, (base[j] as number) * factor));
  const totalAt = (factor: number) => {
    let total = 0;
    for (let j = 0; j < n; j++) total += at(j, factor);
    return total;
  };
  // Most mixtures meet no bound once they sum to one.
  const direct = 1 / sum(base);
  let scale = direct;
  if (base.some((value, j) => at(j, direct) !== value * direct)) {
    let [left, right] = [-60, 60];
    for (let step = 0; step < 80; step++) {
      const middle = (left + right) / 2;
      if (totalAt(Math.exp(middle)) > 1) right = middle;
      else left = middle;
    }
    scale = Math.exp((left + right) / 2);
  }
  return Float64Array.from({ length: n }, (_, j) => at(j, scale));
}

/** Weights under this are set to zero where no lower bound forbids it (the published scripts of CLIMB). */
const negligible = 2e-4;

/** Projects, drops negligible weights and projects again. */
export function makeFeasible(w: ArrayLike<number>, set: Feasible): Float64Array {
  const projected = projectKl(w, set);
  // A negligible member must not break its group's ratios.
  if (set.groups.length > 0) return projected;
  const least = set.parts?.lower ?? set.lower;
  const kept = projected.map((value, i) =>
    value < negligible && (least[i % least.length] as number) === 0 ? 0 : value,
  );
  if (set.parts) return haveRoom(kept, set.parts) ? projectParts(kept, set.parts) : projected;
  const room = kept.reduce((total, value, j) => total + (value > 0 ? (set.upper[j] as number) : 0), 0);
  return room >= 1 ? projectKl(kept, set) : projected;
}
