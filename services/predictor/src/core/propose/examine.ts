import { type Random, seeded } from "@climb/numeric";
import { predictObjective } from "../ensemble.js";
import { type Binding, bindingConstraints, type Held } from "./binding.js";
import { type Candidate, neighbours } from "./candidates.js";
import { type Feasible, projectKl } from "./constraints.js";
import { centres } from "./first-round.js";
import { smoothPart, stack } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";
import { penalties } from "./penalty.js";

/** What is to be said of a mixture. */
export interface ExamineInput extends Held {
  /** How much worse, in units of the objective, a mixture may be predicted to be and still count as good. */
  tolerance: number;
  seed: number;
}

export interface Examination {
  binding: Binding[];
  /** The predicted optimum without constraints and that under them; undefined without a model that has a gradient. */
  unconstrained?: Candidate;
  constrained?: Candidate;
  /** For each domain the least and the greatest weight among the mixtures that are as good. */
  ranges: { lower: number; upper: number }[];
}

/** Mixtures around the given one that are tried for the ranges, and weights of each domain that are tried on each side. */
const NEIGHBOURS = 3000;
const STEPS = 16;

/** Which constraints hold a mixture back, what would be best without them, and which mixtures are as good. */
export function examine(input: ExamineInput): Examination {
  const { predictor, features, set, guards, mixture } = input;
  const starts = [mixture, ...centres(set)];
  const smooth = smoothPart(predictor, features, guards);
  const ranges = rangesOf(input, seeded(input.seed));
  if (!smooth) return { binding: bindingConstraints(input), ranges };
  const free = smoothPart(predictor, features);
  const optimum = constrainedOptimum(smooth, set, starts);
  return {
    binding: bindingConstraints(input, optimum.mixture),
    constrained: { mixture: optimum.mixture, origin: "constrained optimum" },
    ...(free && {
      unconstrained: {
        mixture: constrainedOptimum(free, withoutBounds(set), starts).mixture,
        origin: "unconstrained optimum",
      },
    }),
    ranges,
  };
}

function withoutBounds(set: Feasible): Feasible {
  const { parts } = set;
  return {
    ...(parts && { parts: { ...parts, lower: parts.lower.map(() => 0), upper: parts.upper.map(() => 1) } }),
    lower: new Float64Array(set.prior.length),
    upper: new Float64Array(set.prior.length).fill(1),
    prior: set.prior,
    klStrength: 0,
    groups: [],
  };
}

/**
 * The set is sampled, so the ranges are what was found in it and never too wide: neighbours of the mixture, and each
 * domain's weight moved towards both of its bounds while the others keep their ratios.
 */
function rangesOf(input: ExamineInput, random: Random): Examination["ranges"] {
  const { predictor, features, set, mixture, tolerance } = input;
  const tried = [
    mixture,
    ...neighbours(mixture, set, NEIGHBOURS, random.child("ranges"), "").map((candidate) => candidate.mixture),
    // A weight in one part of a run has no bounds of its own to be moved to.
    ...(set.parts ? [] : Array.from(mixture, (_, j) => alongDomain(mixture, set, j)).flat()),
  ];
  const penalty = penalties(tried, input, predictor);
  const values = predictObjective(predictor, features, stack(tried, mixture.length)).map(
    (value, i) => value + (penalty[i] as number),
  );
  const limit = (values[0] as number) + tolerance;
  const good = tried.filter((_, i) => (values[i] as number) <= limit);
  return Array.from(mixture, (_, j) => {
    const weights = good.map((each) => each[j] as number);
    return {
      lower: weights.reduce((least, weight) => Math.min(least, weight), 1),
      upper: weights.reduce((most, weight) => Math.max(most, weight), 0),
    };
  });
}

/** The mixture with one weight moved in steps to its bounds, small steps first; only what is feasible. */
function alongDomain(mixture: Float64Array, set: Feasible, j: number): Float64Array[] {
  const own = mixture[j] as number;
  return [set.lower[j] as number, set.upper[j] as number].flatMap((end) =>
    Array.from({ length: STEPS }, (_, s) => {
      const weight = own + (end - own) * ((s + 1) / STEPS) ** 2;
      const pinned = (bounds: Float64Array) => bounds.map((bound, i) => (i === j ? weight : bound));
      const moved = projectKl(
        mixture.map((w, i) => (i === j ? weight : w)),
        { ...set, lower: pinned(set.lower), upper: pinned(set.upper) },
      );
      return Math.abs(moved.reduce((a, b) => a + b, 0) - 1) < 1e-6 ? [moved] : [];
    }).flat(),
  );
}
