import type { MixtureConstraints } from "@climb/proto/common/v1/mixture";
import {
  Acquisition as AcquisitionMessage,
  type MixturePrediction,
  type PredictorDomain,
  type PredictorSpec,
  type PredictorTask,
  type Proposal,
  type ProposeRequest,
  type TaskFit,
} from "@climb/proto/predictor/v1/predictor_service";
import { contentId, fieldInvalid } from "@climb/runtime";
import type { Prediction } from "../core/ensemble.js";
import { defaultModels, type ModelName } from "../core/models.js";
import type { ConstraintInput } from "../core/propose/constraints.js";
import type { Acquisition } from "../core/propose/propose.js";
import { mixtureFault } from "../core/rows.js";
import type { FitInput, FitSummary, GuardInput, Predicted, ProposedMixture, TargetInput } from "../tasks/messages.js";

/** Names a predictor by all that its models depend on: not by ids of rows, nor by where statistics are stored. */
export function predictorId(spec: PredictorSpec): string {
  return contentId(
    "predictor 3",
    JSON.stringify({
      domains: spec.domains.map(({ id, countedAs }) => (countedAs ? [id, countedAs] : id)),
      tasks: spec.tasks.map(({ name, weight, statistics }) => [name, weight, statistics?.sha256 ?? ""]),
      rows: spec.rows.map(({ mixture, values, capacity }) => [mixture, values, String(capacity)]),
      // Rows of smaller proxies are moved to the size that is predicted for since version 2 of that.
      ...(new Set(spec.rows.map(({ capacity }) => capacity)).size > 1 && { sizes: 2 }),
      targetCapacity: String(spec.targetCapacity),
      // What repeats is told by the tokens of the domains and of a run.
      repetitionTokens: String(spec.repetitionTokens),
      tokens: spec.repetitionTokens || spec.proxyTokens ? spec.domains.map(({ tokens }) => String(tokens)) : [],
      proxyTokens: String(spec.proxyTokens),
      models: spec.models,
      noise: spec.noise,
      seed: spec.seed,
    }),
  );
}

/** @param statisticsPaths local files of the tasks' statistics, by task */
export function fitInput(spec: PredictorSpec, statisticsPaths: readonly (string | undefined)[]): FitInput {
  const paper = spec.models.includes("paper");
  return {
    domains: spec.domains.map(({ id }) => id),
    counted: countedIds(spec.domains),
    // The published predictor knows nothing but the weights.
    targets: paper ? targetInputs(spec.tasks, []) : targetInputs(spec.tasks, statisticsPaths),
    rows: spec.rows.map(({ id, mixture, values, capacity }) => ({ id, mixture, values, capacity: Number(capacity) })),
    ...(spec.targetCapacity > 0n && { targetCapacity: Number(spec.targetCapacity) }),
    tokens: spec.domains.map(({ tokens }) => Number(tokens)),
    proxyTokens: Number(spec.proxyTokens),
    repetitionTokens: Number(spec.repetitionTokens || spec.proxyTokens),
    models: paper ? ["published-trees"] : spec.models.length > 0 ? (spec.models as ModelName[]) : [...defaultModels],
    single: paper,
    noise: spec.noise,
    seed: spec.seed,
  };
}

/** The ids by which statistics know the domains. */
export function countedIds(domains: readonly PredictorDomain[]): string[] {
  return domains.map(({ id, countedAs }) => countedAs || id);
}

/** The targets as the threads need them. @param statisticsPaths local files, by task; a missing one means none */
export function targetInputs(
  tasks: readonly PredictorTask[],
  statisticsPaths: readonly (string | undefined)[],
): TargetInput[] {
  return tasks.map(({ name, weight }, t) => {
    const statisticsPath = statisticsPaths[t];
    return { name, weight, ...(statisticsPath === undefined ? {} : { statisticsPath }) };
  });
}

/** What mixtures must obey, by domain. @param prior weights that proposals stay near to; empty: none */
export function constraintInput(
  domains: readonly PredictorDomain[],
  constraints: MixtureConstraints | undefined,
  prior: readonly number[],
): ConstraintInput {
  return {
    domains: domains.map(({ id }) => id),
    tokens: domains.map(({ tokens }) => Number(tokens)),
    targetTokens: Number(constraints?.targetTokens ?? 0n),
    maxRepetition: constraints?.maxRepetition ?? 0,
    bounds: (constraints?.bounds ?? []).map(({ domainId, lower, upper }) => ({ domain: domainId, lower, upper })),
    klStrength: constraints?.klStrength ?? 0,
    parts: constraints?.parts ?? [],
    groups: (constraints?.fixedGroups ?? []).map(({ domainIds, ratios }) => ({ domains: domainIds, ratios })),
    ...(prior.length > 0 ? { prior } : {}),
  };
}

/**
 * Guardrails by the index of their task.
 * @throws ServiceError invalid FIELD_INVALID for an unknown task, a negative limit, or no reference
 */
export function guardInputs(
  { guardrails, guardrailReference }: Pick<ProposeRequest, "guardrails" | "guardrailReference">,
  domains: number,
  tasks: readonly PredictorTask[],
): GuardInput[] {
  if (guardrails.length === 0) return [];
  const reference = guardrailReference?.weights ?? [];
  const fault = mixtureFault(reference, domains);
  if (fault) throw fieldInvalid("guardrail_reference", fault.found, fault.expected);
  return guardrails.map(({ task, maxRegression }, i) => {
    const target = tasks.findIndex(({ name }) => name === task);
    if (target < 0) throw fieldInvalid(`guardrails[${i}].task`, task, "the name of a task");
    return { target, maxRegression, reference };
  });
}

const ACQUISITIONS: Record<AcquisitionMessage, Acquisition> = {
  [AcquisitionMessage.ACQUISITION_UNSPECIFIED]: "climb",
  [AcquisitionMessage.ACQUISITION_CLIMB]: "climb",
  [AcquisitionMessage.ACQUISITION_PAPER]: "paper",
  [AcquisitionMessage.ACQUISITION_BEST]: "best",
  [AcquisitionMessage.ACQUISITION_EXPLORE]: "explore",
  [AcquisitionMessage.ACQUISITION_ZERO_RUN]: "zero-run",
  [AcquisitionMessage.ACQUISITION_PAPER_EXPLORE]: "paper-explore",
  [AcquisitionMessage.ACQUISITION_PARETO]: "pareto",
  [AcquisitionMessage.ACQUISITION_WORST_CASE]: "worst-case",
  [AcquisitionMessage.ACQUISITION_EXPECTED_IMPROVEMENT]: "expected-improvement",
  [AcquisitionMessage.ACQUISITION_UCB]: "ucb",
  [AcquisitionMessage.ACQUISITION_THOMPSON]: "thompson",
};

/** The acquisition of the contract by its name here. */
export function acquisitionOf(message: AcquisitionMessage): Acquisition {
  return ACQUISITIONS[message];
}

/** The quality of a target's fit as the contract has it. @param task the target's name */
export function toTaskFit(task: string, fit: FitSummary): TaskFit {
  const { weights, ...rest } = fit;
  return { task, ...rest, modelWeights: weights };
}

/** Predictions by mixture, each with the objective and every target. */
export function toMixturePredictions(predicted: Predicted): MixturePrediction[] {
  return predicted.objective.map((objective, i) => ({
    objective,
    tasks: predicted.targets.map((values) => values[i] as Prediction),
  }));
}

/** A proposed mixture, with what is predicted of it where there is a predictor. */
export function toProposal({ mixture, origin, prediction }: ProposedMixture): Proposal {
  return { mixture, origin, prediction: prediction && { objective: prediction.objective, tasks: prediction.targets } };
}
