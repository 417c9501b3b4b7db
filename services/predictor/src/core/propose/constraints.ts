import { normalise, sum } from "@climb/numeric";

/** The set every proposal lies in: lower ≤ w ≤ upper, Σ w = 1. Bounds are multiples of 1e-6 as the mixtures are. */
export interface Feasible {
  lower: Float64Array;
  upper: Float64Array;
  /** Token shares or the caller's prior: where sampling starts and what the KL penalty refers to. */
  prior: Float64Array;
  /** Strength of the penalty KL(w ‖ prior), in units of the objective. */
  klStrength: number;
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

/**
 * Bounds from single domains and from repetition, w_j ≤ cap · N_j / T (Olmix, arXiv 2602.12237).
 * @throws InfeasibleError if no mixture meets them; RangeError for a value out of its range.
 */
export function feasibleSet(input: ConstraintInput): Feasible {
  const { domains, tokens } = input;
  const available = sum(tokens);
  if (!(available > 0)) throw new RangeError("the domains have no tokens");
  if (input.maxRepetition < 0) throw new RangeError(`max_repetition is ${input.maxRepetition}, expected at least 0`);
  if (!(input.klStrength >= 0)) throw new RangeError(`kl_strength is ${input.klStrength}, expected at least 0`);
  const cap = input.maxRepetition || defaultRepetition;
  const target = input.targetTokens || available;
  const lower = new Float64Array(domains.length);
  const upper = Float64Array.from(tokens, (count) => Math.min(1, (cap * count) / target));
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
  if (sum(lower) > 1 + 1e-9)
    throw new InfeasibleError(`the lower bounds sum to ${Number(sum(lower).toPrecision(6))}, more than 1`);
  if (sum(upper) < 1 - 1e-9) {
    throw new InfeasibleError(
      `the upper bounds, with max_repetition ${cap} at ${target} target tokens, sum to ${Number(sum(upper).toPrecision(6))}, less than 1: ` +
        "raise an upper bound or max_repetition, or lower target_tokens",
    );
  }
  return {
    ...onGrid(lower, upper),
    prior: normalise(input.prior && input.prior.length > 0 ? input.prior : tokens),
    klStrength: input.klStrength,
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
 * others cannot hold all the weight.
 */
export function projectKl(w: ArrayLike<number>, set: Feasible): Float64Array {
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
  const kept = projected.map((value, j) => (value < negligible && (set.lower[j] as number) === 0 ? 0 : value));
  const room = kept.reduce((total, value, j) => total + (value > 0 ? (set.upper[j] as number) : 0), 0);
  return room >= 1 ? projectKl(kept, set) : projected;
}
