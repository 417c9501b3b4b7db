import { fromRows } from "@climb/numeric";
import { ServiceError } from "@climb/runtime/worker";
import { predictBatch } from "../core/ensemble.js";
import { type ConstraintInput, type Feasible, feasibleSet, InfeasibleError } from "../core/propose/constraints.js";
import type { Guard } from "../core/propose/guard.js";
import { propose, proposeByClimb } from "../core/propose/propose.js";
import type { GuardInput, Proposals, ProposeInput } from "./messages.js";
import { featuresOf, loadModel } from "./models.js";

/**
 * The mixtures to train next, with what is predicted of them where there is a predictor.
 * @throws ServiceError invalid CONSTRAINTS_INFEASIBLE, FIELD_INVALID for constraints that make no sense
 */
export function proposeMixtures(input: ProposeInput): Proposals {
  const features = featuresOf(input.targets, input.counted, input.proxyTokens);
  const predictor = input.modelPath === undefined ? undefined : loadModel(input.modelPath);
  const request = {
    acquisition: input.acquisition,
    count: input.count,
    set: checkedSet(input.constraints),
    known: input.known,
    ...(predictor ? { predictor } : {}),
    features,
    guards: guardsOf(input.guards),
    targetWeights: input.targets.map((target) => target.weight),
    seed: input.seed,
  };
  const byClimb = input.acquisition === "climb" ? proposeByClimb(request) : undefined;
  const found = byClimb?.candidates ?? propose(request);
  const outlook = byClimb && { expectedImprovement: byClimb.expectedImprovement };
  const mixtures = found.map(({ mixture, origin }) => ({ mixture: Array.from(mixture), origin }));
  if (!predictor || found.length === 0) return { proposals: mixtures, ...outlook };
  const { objective, targets } = predictBatch(predictor, features, fromRows(found.map(({ mixture }) => mixture)));
  const proposals = mixtures.map((proposal, i) => ({
    ...proposal,
    prediction: {
      objective: objective[i] as (typeof objective)[0],
      targets: targets.map((values) => values[i] as (typeof objective)[0]),
    },
  }));
  return { proposals, ...outlook };
}

/** Guardrails as the core takes them. */
export function guardsOf(guards: readonly GuardInput[]): Guard[] {
  return guards.map(({ reference, ...guard }) => ({ ...guard, reference: Float64Array.from(reference) }));
}

/** @throws ServiceError invalid CONSTRAINTS_INFEASIBLE, FIELD_INVALID for constraints that make no sense */
export function checkedSet(constraints: ConstraintInput): Feasible {
  try {
    return feasibleSet(constraints);
  } catch (error) {
    if (error instanceof InfeasibleError) {
      throw new ServiceError("invalid", "CONSTRAINTS_INFEASIBLE", error.message, { constraint: error.message });
    }
    if (error instanceof RangeError) {
      const metadata = {
        field: "constraints",
        found: error.message,
        expected: "constraints on the domains of the request",
      };
      throw new ServiceError("invalid", "FIELD_INVALID", error.message, metadata);
    }
    throw error;
  }
}
