import { fromRows } from "@climb/numeric";
import { ServiceError } from "@climb/runtime/worker";
import { predictBatch } from "../core/ensemble.js";
import { feasibleSet, InfeasibleError } from "../core/propose/constraints.js";
import { propose } from "../core/propose/propose.js";
import type { ProposedMixture, ProposeInput } from "./messages.js";
import { featuresOf, loadModel } from "./models.js";

/**
 * The mixtures to train next, with what is predicted of them where there is a predictor.
 * @throws ServiceError invalid CONSTRAINTS_INFEASIBLE, FIELD_INVALID for constraints that make no sense
 */
export function proposeMixtures(input: ProposeInput): ProposedMixture[] {
  const features = featuresOf(input.targets, input.domains, input.proxyTokens);
  const predictor = input.modelPath === undefined ? undefined : loadModel(input.modelPath);
  const found = propose({
    acquisition: input.acquisition,
    count: input.count,
    set: checkedSet(input),
    known: input.known,
    ...(predictor ? { predictor } : {}),
    features,
    targetWeights: input.targets.map((target) => target.weight),
    seed: input.seed,
  });
  const mixtures = found.map(({ mixture, origin }) => ({ mixture: Array.from(mixture), origin }));
  if (!predictor || found.length === 0) return mixtures;
  const { objective, targets } = predictBatch(predictor, features, fromRows(found.map(({ mixture }) => mixture)));
  return mixtures.map((proposal, i) => ({
    ...proposal,
    prediction: {
      objective: objective[i] as (typeof objective)[0],
      targets: targets.map((values) => values[i] as (typeof objective)[0]),
    },
  }));
}

function checkedSet(input: ProposeInput) {
  try {
    return feasibleSet(input.constraints);
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
