import { fromRows, roundMixture } from "@climb/numeric";
import { type Prediction, predictBatch } from "../core/ensemble.js";
import type { Binding } from "../core/propose/binding.js";
import type { Candidate } from "../core/propose/candidates.js";
import { type ConstraintInput, makeFeasible, repetitionLimits } from "../core/propose/constraints.js";
import { examine } from "../core/propose/examine.js";
import type { GuardInput, ModelInput, ProposedMixture } from "./messages.js";
import { featuresOf, loadModel } from "./models.js";
import { checkedSet, guardsOf } from "./propose.js";

/** What is to be said of a mixture; plain data. */
export interface ExamineTask {
  model: ModelInput;
  mixture: number[];
  constraints: ConstraintInput;
  guards: GuardInput[];
  tolerance: number;
  seed: number;
}

/** Which constraints hold a mixture back, what would be best without them, and which mixtures are as good. */
export interface ExamineResult {
  binding: Binding[];
  unconstrained?: ProposedMixture;
  constrained?: ProposedMixture;
  ranges: { lower: number; upper: number }[];
}

/** @throws ServiceError as proposeMixtures */
export function examineMixture({ model, constraints, guards, mixture, ...rest }: ExamineTask): ExamineResult {
  const predictor = loadModel(model.modelPath);
  const features = featuresOf(model.targets, model.counted, model.proxyTokens);
  const { binding, ranges, unconstrained, constrained } = examine({
    predictor,
    features,
    set: checkedSet(constraints),
    repetitionLimits: repetitionLimits(constraints),
    guards: guardsOf(guards),
    mixture: Float64Array.from(mixture),
    ...rest,
  });
  const told = ({ mixture: found, origin }: Candidate): ProposedMixture => {
    const rounded = Array.from(roundMixture(found));
    const { objective, targets } = predictBatch(predictor, features, fromRows([rounded]));
    const prediction = {
      objective: objective[0] as Prediction,
      targets: targets.map((values) => values[0] as Prediction),
    };
    return { mixture: rounded, origin, prediction };
  };
  return {
    binding,
    ranges,
    ...(unconstrained && { unconstrained: told(unconstrained) }),
    ...(constrained && { constrained: told(constrained) }),
  };
}

/** The nearest mixtures that obey the constraints, rounded to 1e-6. @throws ServiceError as proposeMixtures */
export function projectMixtures(task: { constraints: ConstraintInput; mixtures: number[][] }): number[][] {
  const set = checkedSet(task.constraints);
  return task.mixtures.map((mixture) => Array.from(roundMixture(makeFeasible(mixture, set))));
}
