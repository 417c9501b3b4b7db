import { type Predictor, predictTarget } from "../ensemble.js";
import type { FeatureSource } from "../features/source.js";
import type { Feasible } from "./constraints.js";
import type { Guard } from "./guard.js";
import { asMatrix, smoothPart } from "./objectives.js";
import { constrainedOptimum } from "./optimum.js";
import { weightsOverall } from "./parts.js";

/** A mixture and what it must obey. */
export interface Held {
  predictor: Predictor;
  features: readonly FeatureSource[];
  set: Feasible;
  /** The greatest weight of each domain by repetition alone. */
  repetitionLimits: Float64Array;
  guards: readonly Guard[];
  mixture: Float64Array;
}

export type BindingKind = "repetition" | "upper-bound" | "lower-bound" | "guardrail";

/** A constraint that holds a mixture back. */
export interface Binding {
  kind: BindingKind;
  /** Index of the domain; undefined for a guardrail. */
  domain?: number;
  /** Index of a guardrail's target. */
  target?: number;
  /** A weight, or the predicted limit of a guardrail. */
  bound: number;
  /** Predicted fall of the objective when it is loosened by {@link LOOSENED}; 0 where no model has a gradient. */
  price: number;
}

/** A hundredth of the weight, or of a bit per byte. */
export const LOOSENED = 0.01;
/** A weight this near to its bound is held back by it; mixtures are multiples of 1e-6 and descents end near a bound. */
const NEAR = 1e-3;

/**
 * The constraints at which a mixture stands, the most expensive first. Each price is the difference between the predicted
 * optimum and that with this one constraint loosened.
 * @param optimum the constrained optimum, where descents start
 */
export function bindingConstraints(input: Held, optimum?: Float64Array): Binding[] {
  const { predictor, features, set, guards } = input;
  const best = (bounds: typeof set, limits: readonly Guard[], from: Float64Array) => {
    const smooth = smoothPart(predictor, features, limits);
    return smooth && constrainedOptimum(smooth, bounds, [from]);
  };
  // Descended twice, so that what is gained by going on is not taken for the price of a constraint.
  const settled = optimum && best(set, guards, optimum);
  const priceOf = (bounds: typeof set, limits: readonly Guard[]) => {
    const loosened = settled && best(bounds, limits, settled.mixture);
    return loosened ? Math.max(0, settled.value - loosened.value) : 0;
  };
  return standing(input)
    .map(({ loosen, ...found }) => ({ ...found, price: priceOf(...loosen) }))
    .sort((a, b) => b.price - a.price);
}

type Standing = Omit<Binding, "price"> & { loosen: [Feasible, readonly Guard[]] };

function standing(input: Held): Standing[] {
  const { predictor, features, set, repetitionLimits, guards, mixture } = input;
  const { parts } = set;
  const bounds = parts ?? set;
  const weights = parts ? weightsOverall(mixture, parts.lower.length) : mixture;
  const moved = (side: "lower" | "upper", j: number, by: number): Feasible => {
    const loosened = bounds[side].map((bound, i) => (i === j ? Math.min(1, Math.max(0, bound + by)) : bound));
    return parts ? { ...set, parts: { ...parts, [side]: loosened } } : { ...set, [side]: loosened };
  };
  const ofDomains = Array.from(weights).flatMap((weight, j): Standing[] => {
    const [lower, upper] = [bounds.lower[j] as number, bounds.upper[j] as number];
    if (upper > 0 && upper < 1 && weight >= upper - NEAR) {
      const kind = upper >= (repetitionLimits[j] as number) - 2e-6 ? "repetition" : "upper-bound";
      return [{ kind, domain: j, bound: upper, loosen: [moved("upper", j, LOOSENED), guards] }];
    }
    if (lower > 0 && weight <= lower + NEAR)
      return [{ kind: "lower-bound", domain: j, bound: lower, loosen: [moved("lower", j, -LOOSENED), guards] }];
    return [];
  });
  const ofGuards = guards.flatMap((guard): Standing[] => {
    const at = (w: Float64Array) => predictTarget(predictor, features, guard.target, asMatrix(w))[0] as number;
    const limit = at(guard.reference) + guard.maxRegression;
    if (at(mixture) < limit - NEAR) return [];
    const wider = guards.map((each) =>
      each === guard ? { ...each, maxRegression: each.maxRegression + LOOSENED } : each,
    );
    return [{ kind: "guardrail", target: guard.target, bound: limit, loosen: [set, wider] }];
  });
  return [...ofDomains, ...ofGuards];
}
