import { readFileSync } from "node:fs";
import { fromRows } from "@climb/numeric";
import { ServiceError, serveTasks } from "@climb/runtime/worker";
import { assemble, type FitPlan, fitPlanTarget, type Predictor, predictBatch } from "./core/ensemble.js";
import { explain, interactions } from "./core/explain.js";
import { exportPredictor } from "./core/export/predictor.js";
import { type FeatureSource, noFeatures } from "./core/features/source.js";
import { feasibleSet, InfeasibleError } from "./core/propose/constraints.js";
import { propose } from "./core/propose/propose.js";
import { distinctRows } from "./core/rows.js";
import type { TargetFit } from "./core/target-fit.js";
import { warnings } from "./core/trust.js";
import { decodeModel, encodeModel } from "./model-file.js";
import { FEATURE_NAMES, loadFeatures } from "./statistics.js";
import type {
  AssembleResult,
  FitInput,
  FitSummary,
  ProposedMixture,
  ProposeInput,
  TargetInput,
  Task,
  TaskResult,
} from "./tasks.js";

serveTasks<Task, TaskResult<Task>>((task) => {
  switch (task.kind) {
    case "fit-target":
      return fitPlanTarget(planOf(task.input), task.index);
    case "assemble":
      return assembleFits(task.input, task.targets);
    case "predict": {
      const { objective, targets } = predictBatch(
        loadModel(task.input.modelPath),
        featuresOf(task.input.targets, task.input.domains, task.input.proxyTokens),
        fromRows(task.mixtures),
      );
      return { objective, targets };
    }
    case "explain": {
      const given = [
        loadModel(task.input.modelPath),
        featuresOf(task.input.targets, task.input.domains, task.input.proxyTokens),
        Float64Array.from(task.mixture),
      ] as const;
      return { effects: explain(...given), interactions: interactions(...given) };
    }
    case "propose":
      return proposeMixtures(task.input);
  }
});

/**
 * Statistics and models are parsed once and kept: every call of a round uses the same ones. Their files never change.
 */
const kept = new Map<string, unknown>();
const keptEntries = 24;

function keep<T>(key: string, make: () => T): T {
  const found = kept.get(key);
  const value = found === undefined ? make() : (found as T);
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptEntries) break;
    kept.delete(oldest);
  }
  return value;
}

function loadModel(path: string): Predictor {
  return keep(`model ${path}`, () => decodeModel(readFileSync(path)));
}

/** Parsed when first evaluated: a thread that fits one target reads that target's statistics only. */
function featuresOf(targets: readonly TargetInput[], domains: readonly string[], proxyTokens: number): FeatureSource[] {
  return targets.map(({ statisticsPath }) => {
    if (statisticsPath === undefined) return noFeatures;
    const source = () =>
      keep(JSON.stringify([statisticsPath, domains, proxyTokens]), () =>
        loadFeatures(statisticsPath, domains, proxyTokens),
      );
    return {
      names: FEATURE_NAMES,
      evaluate: (mixtures) => source().evaluate(mixtures),
      gradients: (weights) => source().gradients(weights),
    };
  });
}

function planOf(input: FitInput): FitPlan {
  const features = featuresOf(input.targets, input.domains, input.proxyTokens);
  return {
    domains: input.domains,
    targets: input.targets.map(({ name, weight }, t) => ({ name, weight, features: features[t] as FeatureSource })),
    rows: distinctRows(input.rows, input.domains.length, input.targets.length),
    noise: input.noise,
    models: input.models,
    ...(input.targetCapacity !== undefined && { targetCapacity: input.targetCapacity }),
    ...(input.repetitionTokens > 0 && {
      onset: Float64Array.from(input.tokens, (tokens) => tokens / input.repetitionTokens),
    }),
    single: input.single,
    seed: input.seed,
  };
}

function assembleFits(input: FitInput, targets: TargetFit[]): AssembleResult {
  const plan = planOf(input);
  const predictor = assemble(plan, targets);
  const { weights, rowOf } = plan.rows;
  const sampled = input.domains.map((_, j) => {
    for (let r = 0; r < weights.rows; r++) if ((weights.data[r * weights.cols + j] as number) > 0) return true;
    return false;
  });
  return {
    model: encodeModel(predictor),
    onnx: exportPredictor(predictor),
    fits: targets.map((target) => summarise(target, rowOf)),
    warnings: warnings(
      predictor,
      weights.rows,
      sampled,
      plan.targets.map((target) => target.features.names.length > 0),
    ),
  };
}

function summarise(target: TargetFit, rowOf: Int32Array): FitSummary {
  return {
    ...target.quality,
    noise: target.calibration.noise,
    weights: target.weights,
    refused: target.refused,
    learningCurve: target.learningCurve,
    outOfFold: Array.from(rowOf, (row) => target.outOfFold[row] as number),
  };
}

function proposeMixtures(input: ProposeInput): ProposedMixture[] {
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
    if (error instanceof RangeError)
      throw new ServiceError("invalid", "FIELD_INVALID", error.message, { field: "constraints" });
    throw error;
  }
}
