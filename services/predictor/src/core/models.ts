import { row } from "@climb/numeric";
import { type GaussianProcess, gaussianProcessGradient, predictGaussianProcess } from "./gaussian-process.js";
import { evaluateLaw, type LogLinearLaw, lawGradient } from "./laws/log-linear.js";
import { type PowerLaw, powerLawGradient, predictPowerLaw } from "./laws/power-law.js";
import { predictRidge, type RidgeModel } from "./ridge.js";
import { weightPowers } from "./transforms.js";
import { type BoostedTrees, predictTrees } from "./trees/boost.js";
import type { Inputs } from "./types.js";

/**
 * The models that can be combined; "mean" is the floor that is always there. "published-trees" are trees with CLIMB's own
 * settings, "trees" the same in longer steps; "power-law-repeated" counts the repeats of a domain for less.
 */
export type ModelName =
  | "trees"
  | "published-trees"
  | "log-linear"
  | "power-law"
  | "power-law-repeated"
  | "gaussian-process"
  | "ridge"
  | "bigram-ridge"
  | "features-ridge"
  | "mean";

export const allModels: readonly ModelName[] = [
  "trees",
  "published-trees",
  "log-linear",
  "power-law",
  "power-law-repeated",
  "gaussian-process",
  "ridge",
  "bigram-ridge",
  "features-ridge",
  "mean",
];

/**
 * What is combined when nothing else is said. On RegMix's runs the log-linear law adds nothing to the power law, and a
 * plain ridge wins some weight by its fit to the proxies that larger models do not bear out; so it stands in only where
 * there are too few runs for a law.
 */
export const defaultModels: readonly ModelName[] = [
  "trees",
  "power-law",
  "power-law-repeated",
  "ridge",
  "bigram-ridge",
  "features-ridge",
  "mean",
];

/** A fitted model as plain data (numbers and typed arrays), so that it can be stored and sent to workers. */
export type Model =
  | { kind: "trees"; scale: number; trees: BoostedTrees }
  | { kind: "log-linear"; law: LogLinearLaw }
  | { kind: "power-law"; law: PowerLaw }
  | { kind: "gaussian-process"; fitted: GaussianProcess }
  | { kind: "ridge"; ridge: RidgeModel }
  | { kind: "mean"; value: number };

/** Predicted values of one model, one for each row of the inputs. */
export function predictModel(model: Model, inputs: Inputs): Float64Array {
  switch (model.kind) {
    case "trees":
      return scaled(predictTrees(model.trees, inputs), model.scale);
    case "log-linear":
      return Float64Array.from({ length: inputs.weights.rows }, (_, i) =>
        evaluateLaw(model.law, row(inputs.weights, i)),
      );
    case "power-law":
      return predictPowerLaw(
        model.law,
        inputs.transforms?.powers(model.law.onset) ?? weightPowers(inputs.weights, model.law.onset),
        inputs.capacities,
      );
    case "gaussian-process":
      return predictGaussianProcess(model.fitted, inputs);
    case "ridge":
      return predictRidge(model.ridge, inputs);
    case "mean":
      return new Float64Array(inputs.weights.rows).fill(model.value);
  }
}

function scaled(values: Float64Array, factor: number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
  return values;
}

/**
 * The gradient in the weights at one mixture, for models that have one; `features` holds the features there and
 * `featureGradients` ∂feature_f/∂w_j. Near w_j = 0 the slope of sqrt(w_j) is that at 1e-6.
 */
export function modelGradient(
  model: Model,
  weights: ArrayLike<number>,
  features: ArrayLike<number>,
  featureGradients: readonly Float64Array[],
): Float64Array | undefined {
  switch (model.kind) {
    case "trees":
      return undefined;
    case "log-linear":
      return lawGradient(model.law, weights);
    case "power-law":
      return powerLawGradient(model.law, weights);
    case "gaussian-process":
      return gaussianProcessGradient(model.fitted, weights, features, featureGradients);
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

/** A model's part in the prediction of one target. */
export interface Member {
  name: ModelName;
  weight: number;
  model: Model;
  foldModels: Model[];
}
