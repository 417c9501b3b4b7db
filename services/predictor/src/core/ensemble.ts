import { type Matrix, seeded, standardDeviation } from "@climb/numeric";
import { combineFolds, combineParts, inBlocks, weighted } from "./blocks.js";
import { type Calibration, calibrate, epistemic, halfWidth } from "./conformal.js";
import type { FeatureSource } from "./features/source.js";
import { type Folds, makeFolds } from "./folds.js";
import type { ModelName } from "./models.js";
import type { DistinctRows } from "./rows.js";
import {
  fitTarget,
  foldSpread,
  predictMembers,
  predictValues,
  type Quality,
  qualityOf,
  type TargetFit,
  type TargetPrediction,
} from "./target-fit.js";
import type { Transforms } from "./transforms.js";
import type { Inputs, Table } from "./types.js";

/** A fit for every target and how they combine into the objective: plain data. */
export interface Predictor {
  domains: string[];
  targets: TargetFit[];
  /** Objective = Σ shares_t · value_t; without `normalise` the shares are the target weights over their sum. */
  shares: Float64Array;
  objective: { calibration: Calibration; quality: Quality };
  /**
   * CLIMB's own way, one fit of the objective itself; then it predicts the objective instead of the sum of the fits.
   */
  single?: TargetFit;
}

/** What to fit, after checking and merging of runs. */
export interface FitPlan {
  domains: string[];
  targets: { name: string; weight: number; features: FeatureSource }[];
  rows: DistinctRows;
  /** Standard deviation of repeated runs per target; undefined: as the replicates among the rows tell. */
  noise?: ArrayLike<number>;
  models: readonly ModelName[];
  /** Parameters of the model that is predicted for, where rows are of several sizes; default: the largest of them. */
  targetCapacity?: number;
  /** Weights from which on each domain repeats within a run: its tokens over those of the run; unset if nobody knows. */
  onset?: Float64Array;
  /** Weigh targets by 1 / their standard deviation over the rows, so that none dominates by its unit. */
  normalise?: boolean;
  /** Fit the objective itself with trees, as the paper does. */
  single?: boolean;
  seed: number;
}

/** A value with its 90 % interval for one new run. */
export interface Prediction {
  value: number;
  lower: number;
  upper: number;
}

/** Predictions of a batch of mixtures. */
export interface BatchPrediction {
  objective: Prediction[];
  /** Standard deviation of the objective's expected value. */
  uncertainty: Float64Array;
  /** Per fold, the objective its models predict: draws for Thompson sampling. */
  draws: Float64Array[];
  /** targets × mixtures. */
  targets: Prediction[][];
}

/** Folds of a plan: shared by all targets and models. @throws RangeError below two distinct mixtures. */
export function planFolds(plan: FitPlan): Folds {
  return makeFolds(plan.rows.weights.rows, seeded(plan.seed).child("folds"));
}

/** Fits one target of the plan; independent of all others, so targets may be fitted in parallel. */
export function fitPlanTarget(plan: FitPlan, index: number): TargetFit {
  const target = plan.targets[index] as FitPlan["targets"][number];
  const { targetCapacity, onset } = plan;
  const table: Table = {
    ...inputsOf(plan, index),
    values: plan.rows.values[index] as Float64Array,
    ...(targetCapacity !== undefined && { targetCapacity }),
    ...(onset && { onset }),
  };
  return fitTarget(target.name, table, planFolds(plan), plan.models, noiseOf(plan, index), seeded(plan.seed));
}

/** Combines the fits of all targets. */
export function assemble(plan: FitPlan, targets: TargetFit[]): Predictor {
  const folds = planFolds(plan);
  const scales = plan.targets.map((target, t) => {
    const spread = standardDeviation(plan.rows.values[t] as Float64Array);
    return plan.normalise && spread > 0 ? target.weight / spread : target.weight;
  });
  const total = plan.targets.reduce((sum, target) => sum + target.weight, 0);
  const shares = Float64Array.from(scales, (scale) => scale / total);
  const weigh = (values: readonly Float64Array[]) => weighted(shares, values);
  const actual = weigh(targets.map((target) => target.actual));
  // Noise of one run moves all targets together (late learners), so their noise adds up rather than averaging out.
  const noise = targets.reduce((sum, target, t) => sum + (shares[t] as number) * target.calibration.noise, 0);
  const single = plan.single ? fitObjective(plan, actual, folds, noise) : undefined;
  const outOfFold = single?.outOfFold ?? weigh(targets.map((target) => target.outOfFold));
  const spread =
    single?.spread ??
    foldSpread(
      combineFolds(
        shares,
        targets.map((target, t) => predictMembers(target.members, inputsOf(plan, t)).folds),
      ),
    );
  return {
    domains: plan.domains,
    targets,
    shares,
    objective: {
      calibration: {
        ...calibrate(actual, outOfFold, spread, noise),
        // Targets go wrong in the same direction from one size to another, so their errors add up too.
        ...(plan.rows.capacities && {
          transfer: weigh(targets.map(({ calibration }) => Float64Array.of(calibration.transfer ?? 0)))[0] as number,
        }),
      },
      quality: qualityOf(actual, outOfFold, spread, noise, folds),
    },
    ...(single ? { single } : {}),
  };
}

/** {@link fitPlanTarget} for all targets, then {@link assemble}. */
export function fitPredictor(plan: FitPlan): Predictor {
  return assemble(
    plan,
    plan.targets.map((_, t) => fitPlanTarget(plan, t)),
  );
}

/** The objective of each mixture, without intervals. */
export function predictObjective(
  predictor: Predictor,
  features: readonly FeatureSource[],
  mixtures: Matrix,
): Float64Array {
  return inBlocks(mixtures, (block, transforms) => [
    predictor.single
      ? predictValues(predictor.single, { weights: block, features: emptyColumns(block), transforms })
      : weighted(
          predictor.shares,
          predictor.targets.map((fit, t) => predictValues(fit, inputsFor(fit, features[t], block, transforms))),
        ),
  ])[0] as Float64Array;
}

/** One target of each mixture, without intervals. @param target its index */
export function predictTarget(
  predictor: Predictor,
  features: readonly FeatureSource[],
  target: number,
  mixtures: Matrix,
): Float64Array {
  const fit = predictor.targets[target] as TargetFit;
  return inBlocks(mixtures, (block, transforms) => [
    predictValues(fit, inputsFor(fit, features[target], block, transforms)),
  ])[0] as Float64Array;
}

/** Values, intervals and draws. @param features per target, as at the fit */
export function predictBatch(
  predictor: Predictor,
  features: readonly FeatureSource[],
  mixtures: Matrix,
): BatchPrediction {
  const fits = predictor.single ? [...predictor.targets, predictor.single] : predictor.targets;
  // Of each fit its values, then those of its folds.
  const width = 1 + (fits[0]?.members[0]?.foldModels.length ?? 0);
  const all = inBlocks(mixtures, (block, transforms) =>
    fits.flatMap((fit, t) => {
      const { values, folds } = predictMembers(fit.members, inputsFor(fit, features[t], block, transforms));
      return [values, ...folds];
    }),
  );
  const parts = fits.map((_, f): TargetPrediction => {
    const [values, ...folds] = all.slice(f * width, (f + 1) * width);
    return { values: values as Float64Array, folds };
  });
  const targets = parts.slice(0, predictor.targets.length);
  const whole = predictor.single ? (parts.at(-1) as TargetPrediction) : combineParts(predictor.shares, targets);
  const spread = foldSpread(whole.folds);
  const { calibration } = predictor.objective;
  return {
    objective: intervals(whole.values, spread, calibration),
    uncertainty: spread.map((value) => epistemic(calibration, value)),
    draws: whole.folds,
    targets: targets.map((part, t) =>
      intervals(part.values, foldSpread(part.folds), (predictor.targets[t] as TargetFit).calibration),
    ),
  };
}

function fitObjective(plan: FitPlan, actual: Float64Array, folds: Folds, noise: number): TargetFit {
  const table = { weights: plan.rows.weights, features: emptyColumns(plan.rows.weights), values: actual };
  return fitTarget("objective", table, folds, ["published-trees"], noise, seeded(plan.seed));
}

function inputsOf(plan: FitPlan, t: number) {
  const { features } = plan.targets[t] as FitPlan["targets"][number];
  const { weights, capacities } = plan.rows;
  return { weights, features: features.evaluate(weights), ...(capacities && { capacities }) };
}

/** Features cost more than all models together, so they are made only for targets with a model that looks at them. */
function inputsFor(
  target: TargetFit,
  source: FeatureSource | undefined,
  weights: Matrix,
  transforms: Transforms,
): Inputs {
  const looks = target.members.some(
    ({ name, model }) =>
      model.kind === "trees" || name === "bigram-ridge" || name === "features-ridge" || name === "gaussian-process",
  );
  if (source && looks) return { weights, features: source.evaluate(weights), transforms };
  const cols = source?.names.length ?? 0;
  const features = { rows: weights.rows, cols, data: new Float64Array(weights.rows * cols) };
  return { weights, features, transforms };
}

function noiseOf(plan: FitPlan, t: number): number {
  return plan.noise && plan.noise.length > 0 ? (plan.noise[t] as number) : (plan.rows.noise[t] as number);
}

function emptyColumns(mixtures: Matrix): Matrix {
  return { rows: mixtures.rows, cols: 0, data: new Float64Array(0) };
}

function intervals(values: Float64Array, spread: Float64Array, calibration: Calibration): Prediction[] {
  return Array.from(values, (value, i) => {
    const half = halfWidth(calibration, spread[i] as number);
    return { value, lower: value - half, upper: value + half };
  });
}
