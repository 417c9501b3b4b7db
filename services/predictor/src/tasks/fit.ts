import { alignedRows } from "../core/aligned-rows.js";
import { assemble, type FitPlan, fitPlanTarget } from "../core/ensemble.js";
import { exportPredictor } from "../core/export/predictor.js";
import type { FeatureSource } from "../core/features/source.js";
import { distinctRows } from "../core/rows.js";
import type { TargetFit } from "../core/target-fit.js";
import { warnings } from "../core/trust.js";
import type { AssembleResult, FitInput, FitSummary } from "./messages.js";
import { encodeModel } from "./model-file.js";
import { featuresOf } from "./models.js";

/** Fits one target; the same bits in whatever thread. @throws RangeError if there are too few rows */
export function fitTarget({ input, index }: { input: FitInput; index: number }): TargetFit {
  return fitPlanTarget(planOf(input).plan, index);
}

/** Puts the fits of all targets together: the model in both formats, its quality, and what not to trust. */
export function assembleFits({ input, targets }: { input: FitInput; targets: TargetFit[] }): AssembleResult {
  const { plan, rowOf } = planOf(input);
  const predictor = assemble(plan, targets);
  const { weights } = plan.rows;
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
      sizesOf(input),
    ),
  };
}

/** The plan, and for each row that was given its row in it; -1 for one that was left out. */
function planOf(input: FitInput): { plan: FitPlan; rowOf: Int32Array } {
  const aligned = alignedRows(input.rows, input.targetCapacity);
  const rows = distinctRows(aligned?.rows ?? input.rows, input.domains.length, input.targets.length);
  const features = featuresOf(input.targets, input.counted, input.proxyTokens);
  const plan = {
    domains: input.domains,
    targets: input.targets.map(({ name, weight }, t) => ({ name, weight, features: features[t] as FeatureSource })),
    rows,
    noise: input.noise,
    models: input.models,
    ...(input.targetCapacity !== undefined && { targetCapacity: input.targetCapacity }),
    ...(input.repetitionTokens > 0 && {
      onset: Float64Array.from(input.tokens, (tokens) => tokens / input.repetitionTokens),
    }),
    single: input.single,
    seed: input.seed,
  };
  const rowOf = aligned?.keptOf.map((kept) => (kept < 0 ? -1 : (rows.rowOf[kept] as number))) ?? rows.rowOf;
  return { plan, rowOf };
}

/** The size that is predicted for and those that were measured, if the rows tell them. */
function sizesOf({ rows, targetCapacity }: FitInput): { target: number; measured: number[] } | undefined {
  const measured = [...new Set(rows.map(({ capacity = 0 }) => capacity))].filter((size) => size > 0);
  return targetCapacity !== undefined && measured.length > 0 ? { target: targetCapacity, measured } : undefined;
}

function summarise(target: TargetFit, rowOf: Int32Array): FitSummary {
  return {
    ...target.quality,
    noise: target.calibration.noise,
    transferError: target.calibration.transfer ?? 0,
    weights: target.weights,
    refused: target.refused,
    learningCurve: target.learningCurve,
    outOfFold: Array.from(rowOf, (row) => target.outOfFold[row] ?? Number.NaN),
  };
}
