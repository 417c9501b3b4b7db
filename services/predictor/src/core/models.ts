import { mean, type Random, row, squaredDistance, standardDeviation } from "@climb/numeric";
import type { Folds } from "./folds.js";
import { defaultLogLinear, evaluateLaw, fitLogLinear, type LogLinearLaw, lawGradient } from "./laws/log-linear.js";
import { defaultPowerLaw, evaluatePowerLaw, fitPowerLaw, type PowerLaw, powerLawGradient } from "./laws/power-law.js";
import { fitRidge, predictRidge, type RidgeModel } from "./ridge.js";
import {
  type BoostedTrees,
  type BoostOptions,
  boost,
  climbBoost,
  crossBoost,
  fastBoost,
  predictTrees,
} from "./trees/boost.js";
import { type Inputs, selectRows, type Table } from "./types.js";

/**
 * The models that can be combined; "mean" is the floor that is always there. "published-trees" are trees with CLIMB's own
 * settings, "trees" the same in longer steps.
 */
export type ModelName = "trees" | "published-trees" | "log-linear" | "power-law" | "ridge" | "bigram-ridge" | "mean";

export const allModels: readonly ModelName[] = [
  "trees",
  "published-trees",
  "log-linear",
  "power-law",
  "ridge",
  "bigram-ridge",
  "mean",
];

/**
 * What is combined when nothing else is said. On RegMix's runs the log-linear law adds nothing to the power law, and a
 * plain ridge wins some weight by its fit to the proxies that larger models do not bear out; so it stands in only where
 * there are too few runs for a law.
 */
export const defaultModels: readonly ModelName[] = ["trees", "power-law", "ridge", "bigram-ridge", "mean"];

/** Ridge strengths tried for the laws. */
const logLinearStrengths = [1e-6, 1e-4, 1e-2];
const powerLawStrengths = [1e-3, 1e-1];

/** A fitted model as plain data (numbers and typed arrays), so that it can be stored and sent to workers. */
export type Model =
  | { kind: "trees"; scale: number; trees: BoostedTrees }
  | { kind: "log-linear"; law: LogLinearLaw }
  | { kind: "power-law"; law: PowerLaw }
  | { kind: "ridge"; ridge: RidgeModel }
  | { kind: "mean"; value: number };

/** A model with its cross-validation: one model per fold, and the final one refitted on all rows. */
export interface CrossFit {
  model: Model;
  foldModels: Model[];
  outOfFold: Float64Array;
}

export function predictModel(model: Model, inputs: Inputs): Float64Array {
  switch (model.kind) {
    case "trees":
      return predictTrees(model.trees, inputs).map((value) => value * model.scale);
    case "log-linear":
      return Float64Array.from({ length: inputs.weights.rows }, (_, i) =>
        evaluateLaw(model.law, row(inputs.weights, i)),
      );
    case "power-law":
      return Float64Array.from({ length: inputs.weights.rows }, (_, i) =>
        evaluatePowerLaw(model.law, row(inputs.weights, i)),
      );
    case "ridge":
      return predictRidge(model.ridge, inputs);
    case "mean":
      return new Float64Array(inputs.weights.rows).fill(model.value);
  }
}

/**
 * The gradient in the weights at one mixture, for models that have one; `featureGradients` holds ∂feature_f/∂w_j. Near
 * w_j = 0
 * the slope of sqrt(w_j) is that at 1e-6.
 */
export function modelGradient(
  model: Model,
  weights: ArrayLike<number>,
  featureGradients: readonly Float64Array[],
): Float64Array | undefined {
  switch (model.kind) {
    case "trees":
      return undefined;
    case "log-linear":
      return lawGradient(model.law, weights);
    case "power-law":
      return powerLawGradient(model.law, weights);
    case "mean":
      return new Float64Array(weights.length);
    case "ridge":
      return model.ridge.rootWeights.map((a, j) => {
        let slope = a / (2 * Math.sqrt(Math.max(weights[j] as number, 1e-6)));
        featureGradients.forEach((gradient, f) => {
          slope += (model.ridge.features[f] as number) * (gradient[j] as number);
        });
        return slope;
      });
  }
}

/**
 * Why a model is not fitted to `rows` training rows, or undefined if it is.
 * @param beside the models that are asked for
 */
export function refusal(
  name: ModelName,
  table: Table,
  rows: number,
  beside: readonly ModelName[] = [],
): string | undefined {
  if (name === "mean") return undefined;
  if (!(standardDeviation(table.values) > 0)) return "all results are equal: there is nothing to explain";
  const needed = {
    trees: 2 * fastBoost.minLeafRows,
    "published-trees": 2 * climbBoost.minLeafRows,
    "log-linear": table.weights.cols + 3,
    "power-law": table.weights.cols + 3,
    ridge: 4,
    "bigram-ridge": 3,
  }[name];
  if (rows < needed)
    return `it needs ${needed} different mixtures to train on, ${rows} are left when one fold is held out`;
  if (name === "bigram-ridge" && table.features.cols === 0) return "there are no training-free features";
  if (name === "ridge" && beside.includes("power-law") && refusal("power-law", table, rows) === undefined)
    return "there are runs enough for the power law, which it stands in for";
  return undefined;
}

/** Fits a model on each fold's training rows and on all rows. Check {@link refusal} first. */
export function crossFit(name: ModelName, table: Table, folds: Folds, random: Random): CrossFit {
  switch (name) {
    case "trees":
      return crossFitTrees(table, folds, fastBoost);
    case "published-trees":
      return crossFitTrees(table, folds, climbBoost);
    case "log-linear":
      return crossFitLaw(table, folds, logLinearStrengths, (rows, lambda, label, nearby?: LogLinearLaw) => {
        const law = fitLogLinear(
          rows.weights,
          rows.values,
          random.child(label),
          { ...defaultLogLinear, lambda },
          nearby,
        );
        return { law, model: { kind: "log-linear", law } };
      });
    case "power-law":
      return crossFitLaw(table, folds, powerLawStrengths, (rows, lambda, label, nearby?: PowerLaw) => {
        const law = fitPowerLaw(rows.weights, rows.values, random.child(label), { ...defaultPowerLaw, lambda }, nearby);
        return { law, model: { kind: "power-law", law } };
      });
    case "ridge":
      return crossFitBy(table, folds, (rows) => ({ kind: "ridge", ridge: fitRidge(rows, false) }));
    case "bigram-ridge":
      return crossFitBy(table, folds, (rows) => ({ kind: "ridge", ridge: fitRidge(rows, true) }));
    case "mean":
      return crossFitBy(table, folds, (rows) => ({ kind: "mean", value: mean(rows.values) }));
  }
}

function crossFitBy(table: Table, folds: Folds, fit: (rows: Table, label: number) => Model): CrossFit {
  const outOfFold = new Float64Array(table.values.length);
  const foldModels = folds.trained.map((trained, k) => {
    const model = fit(selectRows(table, trained), k);
    const heldOut = folds.heldOut[k] as Int32Array;
    const predicted = predictModel(model, selectRows(table, heldOut));
    heldOut.forEach((r, i) => {
      outOfFold[r] = predicted[i] as number;
    });
    return model;
  });
  return { model: fit(table, -1), foldModels, outOfFold };
}

/**
 * The ridge strength of a law is the one of the least held-out error: targets differ by orders of magnitude in it. Each
 * strength begins where the one before ended.
 */
function crossFitLaw<Law>(
  table: Table,
  folds: Folds,
  strengths: readonly number[],
  fit: (rows: Table, lambda: number, label: number, nearby?: Law) => { law: Law; model: Model },
): CrossFit {
  let best: { fit: CrossFit; error: number } | undefined;
  const previous = new Map<number, Law>();
  for (const lambda of strengths) {
    const cross = crossFitBy(table, folds, (rows, label) => {
      if (!(standardDeviation(rows.values) > 0)) return { kind: "mean", value: mean(rows.values) };
      const { law, model } = fit(rows, lambda, label, previous.get(label));
      previous.set(label, law);
      return model;
    });
    const error = squaredDistance(cross.outOfFold, table.values);
    if (!best || error < best.error) best = { fit: cross, error };
  }
  return (best as { fit: CrossFit }).fit;
}

/** Values are divided by their standard deviation first, because the L1 penalty has the values' unit. */
function crossFitTrees(table: Table, folds: Folds, options: BoostOptions): CrossFit {
  const scale = standardDeviation(table.values);
  const standard: Table = { ...table, values: table.values.map((value) => value / scale) };
  const cross = crossBoost(standard, folds, options);
  return {
    model: { kind: "trees", scale, trees: boost(standard, cross.rounds, options) },
    foldModels: cross.foldTrees.map((trees) => ({ kind: "trees", scale, trees })),
    outOfFold: cross.outOfFold.map((value) => value * scale),
  };
}
