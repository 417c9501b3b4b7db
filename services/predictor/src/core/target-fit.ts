import { type Random, rSquared, spearman, standardDeviation } from "@climb/numeric";
import { type Calibration, calibrate, crossCoverage } from "./conformal.js";
import { crossFit, refusal } from "./cross-fit.js";
import type { Folds } from "./folds.js";
import { type LearningPoint, learningCurve } from "./learning-curve.js";
import { type Member, type Model, type ModelName, predictModel } from "./models.js";
import { stackingWeights } from "./stacking.js";
import { transferError } from "./transfer.js";
import { createTransforms } from "./transforms.js";
import type { Inputs, Table } from "./types.js";

/** Cross-validated quality. */
export interface Quality {
  /** NaN when results or predictions are constant. */
  spearman: number;
  rSquared: number;
  meanSquaredError: number;
  coverage: number;
}

/** Everything known about one target after a fit: plain data. */
export interface TargetFit {
  name: string;
  /** Members of positive weight; weights sum to 1. */
  members: Member[];
  /** Weight of every model asked for, 0 for those left out. */
  weights: Record<string, number>;
  /** Why a model could not be fitted, by name. */
  refused: Record<string, string>;
  actual: Float64Array;
  outOfFold: Float64Array;
  /** Disagreement of the fold models at each row. */
  spread: Float64Array;
  calibration: Calibration;
  quality: Quality;
  /** Quality by number of training rows, ascending; the last is the cross-validation itself. */
  learningCurve: LearningPoint[];
}

export interface TargetPrediction {
  /** Of the models refitted on all rows. */
  values: Float64Array;
  /** Of each fold's models: folds × mixtures. */
  folds: Float64Array[];
}

/**
 * Cross-fits the models on shared folds, combines them by stacking, refits on all rows and calibrates the interval.
 * The floor "mean" is always among the models.
 * @param noise standard deviation of repeated runs, 0 if unknown
 */
export function fitTarget(
  name: string,
  table: Table,
  folds: Folds,
  models: readonly ModelName[],
  noise: number,
  random: Random,
): TargetFit {
  const fewest = Math.min(...folds.trained.map((rows) => rows.length));
  const refused: Record<string, string> = {};
  const fitted: { name: ModelName; fit: ReturnType<typeof crossFit> }[] = [];
  for (const model of new Set<ModelName>([...models, "mean"])) {
    const reason = refusal(model, table, fewest, models);
    if (reason) refused[model] = reason;
    else fitted.push({ name: model, fit: crossFit(model, table, folds, random.child(name, model)) });
  }
  const stacked = stackingWeights(
    fitted.map(({ fit }) => fit.outOfFold),
    table.values,
  );
  const kept = tidy(stacked);
  const weights: Record<string, number> = Object.fromEntries(models.map((model) => [model, 0]));
  const outOfFold = new Float64Array(table.values.length);
  const members: Member[] = [];
  fitted.forEach(({ name: model, fit }, i) => {
    const weight = kept[i] as number;
    weights[model] = weight;
    if (weight === 0) return;
    members.push({ name: model, weight, model: fit.model, foldModels: fit.foldModels });
    fit.outOfFold.forEach((value, r) => {
      outOfFold[r] = (outOfFold[r] as number) + weight * value;
    });
  });
  const spread = foldSpread(predictMembers(members, table).folds);
  const quality = qualityOf(table.values, outOfFold, spread, noise, folds);
  const atTheEnd = { rows: fewest, spearman: quality.spearman, rSquared: quality.rSquared };
  return {
    name,
    members,
    weights,
    refused,
    actual: table.values,
    outOfFold,
    spread,
    calibration: {
      ...calibrate(table.values, outOfFold, spread, noise),
      ...(table.capacities && { transfer: transferError(table, random.child(name, "transfer")) }),
    },
    quality,
    learningCurve: [...learningCurve(members, table, random.child(name, "curve")), atTheEnd],
  };
}

/** The weighted prediction of all rows, and that of the models of each fold, whose scatter tells how sure it is. */
export function predictMembers(members: readonly Member[], inputs: Inputs): TargetPrediction {
  const shared = { ...inputs, transforms: inputs.transforms ?? createTransforms(inputs.weights) };
  const rows = inputs.weights.rows;
  const folds = (members[0]?.foldModels ?? []).map((_, k) =>
    combine(members, (member) => member.foldModels[k] as Model, shared),
  );
  return { values: rows > 0 ? combine(members, (member) => member.model, shared) : new Float64Array(0), folds };
}

/** Predictions of the final models alone: K + 1 times cheaper than {@link predictMembers}. */
export function predictValues(fit: TargetFit, inputs: Inputs): Float64Array {
  return combine(fit.members, (member) => member.model, inputs);
}

/**
 * Standard error of the prediction by the grouped jackknife: √((K − 1)/K · Σ_k (f_k − f̄)²) (Efron and Tibshirani, An
 * Introduction to the Bootstrap, section 11.5, deleting a fold at a time).
 */
export function foldSpread(folds: readonly Float64Array[]): Float64Array {
  const count = folds.length;
  return Float64Array.from({ length: folds[0]?.length ?? 0 }, (_, i) => {
    let centre = 0;
    for (const fold of folds) centre += (fold[i] as number) / count;
    let squares = 0;
    for (const fold of folds) squares += ((fold[i] as number) - centre) ** 2;
    return Math.sqrt(((count - 1) / count) * squares);
  });
}

/** How well held-out predictions meet the results, which are in the same order. @param noise standard deviation of a result */
export function qualityOf(
  actual: Float64Array,
  outOfFold: Float64Array,
  spread: Float64Array,
  noise: number,
  folds: Folds,
): Quality {
  const constant = !(standardDeviation(actual) > 0);
  return {
    spearman: spearman(outOfFold, actual),
    rSquared: constant ? Number.NaN : rSquared(actual, outOfFold),
    meanSquaredError:
      actual.reduce((total, value, i) => total + (value - (outOfFold[i] as number)) ** 2, 0) / actual.length,
    coverage: crossCoverage(actual, outOfFold, spread, noise, folds),
  };
}

function combine(members: readonly Member[], pick: (member: Member) => Model, inputs: Inputs): Float64Array {
  const total = new Float64Array(inputs.weights.rows);
  for (const member of members) {
    const values = predictModel(pick(member), inputs);
    for (let i = 0; i < total.length; i++) {
      total[i] = (total[i] as number) + member.weight * (values[i] as number);
    }
  }
  return total;
}

/** Weights under a thousandth go: they cost predictions and change nothing. */
function tidy(weights: Float64Array): Float64Array {
  const large = weights.map((weight) => (weight < 1e-3 ? 0 : weight));
  const total = large.reduce((a, b) => a + b, 0);
  return large.map((weight) => weight / total);
}
