import { ConstraintKind, type PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import type { Handlers } from "@climb/runtime";
import type { BindingKind } from "../core/propose/binding.js";
import { mixtureFault } from "../core/rows.js";
import { constraintInput, guardInputs, invalid, toProposal } from "./convert.js";
import { checkedMixture } from "./evaluate.js";
import { modelInput, type PredictorCalls, requireFitted } from "./fitted.js";

const MAX_MIXTURES = 1000;

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
      if (domains.length === 0) throw invalid("domains", "there are none, expected at least one");
      if (mixtures.length > MAX_MIXTURES)
        throw invalid("mixtures", `there are ${mixtures.length}, expected at most ${MAX_MIXTURES}`);
      mixtures.forEach(({ weights }, i) => {
        const fault = mixtureFault(weights, domains.length);
        if (fault) throw invalid(`mixtures[${i}]`, fault);
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
      if (!request.mixture) throw invalid("mixture", "there is none");
      if (!(request.tolerance >= 0)) throw invalid("tolerance", `it is ${request.tolerance}, expected at least 0`);
      const input = {
        model: await modelInput(platform, predictor),
        mixture: checkedMixture(request.mixture, predictor, "mixture"),
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
