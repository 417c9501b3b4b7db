import {
  ConstraintKind,
  type MixtureWeights,
  type PredictorServiceDefinition,
} from "@climb/proto/predictor/v1/predictor_service";
import { fieldInvalid, type Handlers } from "@climb/runtime";
import type { BindingKind } from "../core/propose/binding.js";
import { mixtureFault } from "../core/rows.js";
import { constraintInput, guardInputs, toProposal } from "./convert.js";
import { checkedMixture } from "./evaluate.js";
import { modelInput, type PredictorCalls, requireFitted } from "./fitted.js";

const KINDS: Record<BindingKind, ConstraintKind> = {
  repetition: ConstraintKind.CONSTRAINT_KIND_REPETITION,
  "upper-bound": ConstraintKind.CONSTRAINT_KIND_UPPER_BOUND,
  "lower-bound": ConstraintKind.CONSTRAINT_KIND_LOWER_BOUND,
  guardrail: ConstraintKind.CONSTRAINT_KIND_GUARDRAIL,
};

/** What constraints do to mixtures. */
export function examineCalls({ platform, predictors, pool }: PredictorCalls) {
  return {
    async project({ domains, constraints, mixtures }, { signal }) {
      mixtures.forEach(({ weights }, i) => {
        const fault = mixtureFault(weights, domains.length);
        if (fault) throw fieldInvalid(`mixtures[${i}]`, fault.found, fault.expected);
      });
      const input = {
        constraints: constraintInput(domains, constraints, []),
        mixtures: mixtures.map(({ weights }) => weights),
      };
      const projected = await pool.run("projectMixtures", input, { signal });
      return { mixtures: projected.map((weights) => ({ weights })) };
    },

    async examine(request, { signal }) {
      const predictor = await requireFitted(predictors, request.predictorId);
      const { domains = [], tasks = [] } = predictor.spec ?? {};
      const input = {
        model: await modelInput(platform, predictor),
        mixture: checkedMixture(request.mixture as MixtureWeights, predictor, "mixture"),
        constraints: constraintInput(domains, request.constraints, []),
        guards: guardInputs(request, domains.length, tasks),
        tolerance: request.tolerance,
        seed: request.seed,
      };
      const { binding, unconstrained, constrained, ranges } = await pool.run("examineMixture", input, { signal });
      return {
        binding: binding.map(({ kind, domain, target, bound, price }) => ({
          kind: KINDS[kind],
          domainId: domain === undefined ? "" : (domains[domain]?.id ?? ""),
          task: target === undefined ? "" : (tasks[target]?.name ?? ""),
          bound,
          price,
        })),
        unconstrained: unconstrained && toProposal(unconstrained),
        constrained: constrained && toProposal(constrained),
        ranges: ranges.map((range, j) => ({ domainId: domains[j]?.id ?? "", ...range })),
      };
    },
  } satisfies Handlers<typeof PredictorServiceDefinition>;
}
