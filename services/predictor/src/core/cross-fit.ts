import { mean, type Random, squaredDistance, standardDeviation } from "@climb/numeric";
import type { Folds } from "./folds.js";
import { fitGaussianProcess } from "./gaussian-process.js";
import { defaultLogLinear, fitLogLinear, type LogLinearLaw } from "./laws/log-linear.js";
import { defaultPowerLaw, fitPowerLaw, type PowerLaw } from "./laws/power-law.js";
import { type Model, type ModelName, predictModel } from "./models.js";
import { fitRidge } from "./ridge.js";
import { type BoostOptions, boost, climbBoost, crossBoost, fastBoost } from "./trees/boost.js";
import { selectRows, type Table } from "./types.js";

/** Ridge strengths tried for the laws. */
const logLinearStrengths = [1e-6, 1e-4, 1e-2];
const powerLawStrengths = [1e-3, 1e-1];

/** A model with its cross-validation: one model per fold, and the final one refitted on all rows. */
export interface CrossFit {
  model: Model;
  foldModels: Model[];
  outOfFold: Float64Array;
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
  const sizes = new Set(table.capacities).size;
  if (sizes > 1 && name !== "power-law")
    return `there are ${sizes} sizes of proxy, which only the power law takes together`;
  if (name === "mean") return undefined;
  if (!(standardDeviation(table.values) > 0)) return "all results are equal: there is nothing to explain";
  const needed = {
    trees: 2 * fastBoost.minLeafRows,
    "published-trees": 2 * climbBoost.minLeafRows,
    "log-linear": table.weights.cols + 3,
    "power-law": table.weights.cols + 3,
    "power-law-repeated": table.weights.cols + 3,
    "gaussian-process": 4,
    ridge: 4,
    "bigram-ridge": 3,
    "features-ridge": 4,
  }[name];
  if (rows < needed)
    return `it needs ${needed} different mixtures to train on, ${rows} are left when one fold is held out`;
  if (name === "bigram-ridge" && table.features.cols === 0) return "there are no training-free features";
  if (name === "features-ridge" && table.features.cols < 2) return "there are fewer than two training-free features";
  if (name === "power-law-repeated" && !repeats(table)) return "no run repeats a domain";
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
      return crossFitPowerLaw({ ...table, onset: undefined }, folds, random);
    case "power-law-repeated":
      return crossFitPowerLaw(table, folds, random);
    case "gaussian-process":
      return crossFitBy(table, folds, (rows) => ({ kind: "gaussian-process", fitted: fitGaussianProcess(rows) }));
    case "ridge":
      return crossFitBy(table, folds, (rows) => ({ kind: "ridge", ridge: fitRidge(rows, 0) }));
    case "bigram-ridge":
      return crossFitBy(table, folds, (rows) => ({ kind: "ridge", ridge: fitRidge(rows, 1) }));
    case "features-ridge":
      return crossFitBy(table, folds, (rows) => ({ kind: "ridge", ridge: fitRidge(rows, rows.features.cols) }));
    case "mean":
      return crossFitBy(table, folds, (rows) => ({ kind: "mean", value: mean(rows.values) }));
  }
}

/** Fits one model of the kind of another, with what cross-validation chose for it, on other rows. */
export function refit(name: ModelName, like: Model, table: Table, random: Random): Model {
  switch (like.kind) {
    case "trees": {
      const scale = standardDeviation(table.values) || 1;
      const options = name === "published-trees" ? climbBoost : fastBoost;
      const standard = { ...table, values: table.values.map((value) => value / scale) };
      return { kind: "trees", scale, trees: boost(standard, like.trees.rounds, options) };
    }
    case "log-linear":
      return { kind: "log-linear", law: fitLogLinear(table.weights, table.values, random) };
    case "power-law": {
      const rows = name === "power-law-repeated" ? table : { ...table, onset: undefined };
      return { kind: "power-law", law: fitPowerLaw(rows, random) };
    }
    case "gaussian-process":
      return { kind: "gaussian-process", fitted: fitGaussianProcess(table) };
    case "ridge":
      return {
        kind: "ridge",
        ridge: fitRidge(table, name === "ridge" ? 0 : name === "bigram-ridge" ? 1 : table.features.cols),
      };
    case "mean":
      return { kind: "mean", value: mean(table.values) };
  }
}

function crossFitBy(table: Table, folds: Folds, fit: (rows: Table, label: number) => Model): CrossFit {
  const outOfFold = new Float64Array(table.values.length);
  const whole = fit(table, -1);
  const foldModels = folds.trained.map((trained, k) => {
    const model = fit(selectRows(table, trained), k);
    const heldOut = folds.heldOut[k] as Int32Array;
    const predicted = predictModel(model, selectRows(table, heldOut));
    heldOut.forEach((r, i) => {
      outOfFold[r] = predicted[i] as number;
    });
    return model;
  });
  return { model: whole, foldModels, outOfFold };
}

function crossFitPowerLaw(table: Table, folds: Folds, random: Random): CrossFit {
  return crossFitLaw(table, folds, powerLawStrengths, (rows, lambda, label, nearby?: PowerLaw) => {
    const law = fitPowerLaw(rows, random.child(label), { ...defaultPowerLaw, lambda }, nearby);
    return { law, model: { kind: "power-law", law } };
  });
}

/** Whether any run gives a domain more weight than it has tokens to be seen once. */
function repeats({ weights, onset }: Table): boolean {
  return onset !== undefined && weights.data.some((w, i) => w > (onset[i % weights.cols] as number) * (1 + 1e-9));
}

/**
 * The ridge strength of a law is the one of the least held-out error: targets differ by orders of magnitude in it. Each
 * strength begins where the one before ended, and each fold where the fit of all rows did: what is best on most of the rows
 * is near, and is found by descent on the fold's own rows alone.
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
      const { law, model } = fit(rows, lambda, label, previous.get(label) ?? previous.get(-1));
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
