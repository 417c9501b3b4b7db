import { type Matrix, type Random, row, standardDeviation } from "@climb/numeric";
import type { Predictor } from "../ensemble.js";
import type { FeatureSource } from "../features/source.js";
import { modelGradient, predictModel } from "../models.js";
import type { TargetFit } from "../target-fit.js";
import { balancedCandidates, priorCandidates } from "./candidates.js";
import type { Feasible } from "./constraints.js";
import { GUARD_STRENGTH, type Guard } from "./guard.js";
import type { SmoothObjective } from "./optimum.js";

/** One row as a matrix. */
export function asMatrix(w: Float64Array): Matrix {
  return { rows: 1, cols: w.length, data: w };
}

/** Mixtures as rows. */
export function stack(mixtures: readonly Float64Array[], domains: number): Matrix {
  const data = new Float64Array(mixtures.length * domains);
  mixtures.forEach((mixture, r) => {
    data.set(mixture, r * domains);
  });
  return { rows: mixtures.length, cols: domains, data };
}

/**
 * The part of the predicted objective that has a gradient: each target's smooth models, their stacking weights scaled
 * to sum to one, and the exact penalty of broken guardrails. Undefined if no target's ensemble holds a smooth model of
 * the mixture.
 */
export function smoothPart(
  predictor: Predictor,
  features: readonly FeatureSource[],
  guards: readonly Guard[] = [],
): SmoothObjective | undefined {
  const parts = predictor.targets.map((target, t) => smoothTarget(target, features[t] as FeatureSource));
  const earning = parts.filter((_, t) => (predictor.shares[t] as number) > 0);
  if (predictor.single || earning.every((part) => part === undefined)) return undefined;
  const limits = guards.flatMap(({ target, maxRegression, reference }) => {
    const part = parts[target];
    return part ? [{ part, limit: part.value(reference) + maxRegression }] : [];
  });
  const sumOver = <T>(visit: (part: SmoothObjective, share: number) => T, w: Float64Array) => {
    parts.forEach((part, t) => {
      if (part && (predictor.shares[t] as number) > 0) visit(part, predictor.shares[t] as number);
    });
    for (const { part, limit } of limits) if (part.value(w) > limit) visit(part, GUARD_STRENGTH);
  };
  return {
    value(w) {
      let total = 0;
      parts.forEach((part, t) => {
        const share = predictor.shares[t] as number;
        if (part && share > 0) total += share * part.value(w);
      });
      for (const { part, limit } of limits) total += GUARD_STRENGTH * Math.max(0, part.value(w) - limit);
      return total;
    },
    gradient(w) {
      const total = new Float64Array(w.length);
      sumOver((part, share) => {
        part.gradient(w).forEach((g, j) => {
          total[j] = (total[j] as number) + share * g;
        });
      }, w);
      return total;
    },
  };
}

function smoothTarget(target: TargetFit, source: FeatureSource): SmoothObjective | undefined {
  const members = target.members.filter((member) => member.model.kind !== "trees" && member.model.kind !== "mean");
  const total = members.reduce((sum, member) => sum + member.weight, 0);
  if (members.length === 0) return undefined;
  const looks = members.some(
    ({ name }) => name === "bigram-ridge" || name === "features-ridge" || name === "gaussian-process",
  );
  const noColumns = (): Matrix => ({ rows: 1, cols: source.names.length, data: new Float64Array(source.names.length) });
  return {
    value(w) {
      const inputs = { weights: asMatrix(w), features: looks ? source.evaluate(asMatrix(w)) : noColumns() };
      let value = 0;
      for (const member of members)
        value += (member.weight / total) * (predictModel(member.model, inputs)[0] as number);
      return value;
    },
    gradient(w) {
      const slopes = looks ? source.gradients(w) : [];
      const features = looks ? row(source.evaluate(asMatrix(w)), 0) : [];
      const gradient = new Float64Array(w.length);
      for (const member of members) {
        modelGradient(member.model, w, features, slopes)?.forEach((g, j) => {
          gradient[j] = (gradient[j] as number) + (member.weight / total) * g;
        });
      }
      return gradient;
    },
  };
}

/**
 * What can be minimised before any run: the weighted mean of the targets' first training-free feature, each divided by
 * its
 * standard deviation over mixtures around the prior and around uniform, so that targets count by weight and not by
 * spread.
 * Undefined without features.
 */
export function zeroRunObjective(
  features: readonly FeatureSource[],
  targetWeights: readonly number[],
  set: Feasible,
  random: Random,
): SmoothObjective | undefined {
  const sample = stack(
    [...priorCandidates(set, 48, random.child("prior")), ...balancedCandidates(set, 16, random.child("balanced"))].map(
      (candidate) => candidate.mixture,
    ),
    set.prior.length,
  );
  const parts = features.flatMap((source, t) => {
    if (source.names.length === 0) return [];
    const values = source.evaluate(sample);
    const spread = standardDeviation(
      Array.from({ length: values.rows }, (_, r) => values.data[r * values.cols] as number),
    );
    const weight = targetWeights[t] as number;
    return spread > 0 && weight > 0 ? [{ source, factor: weight / spread }] : [];
  });
  if (parts.length === 0) return undefined;
  const total = targetWeights.reduce((a, b) => a + b, 0);
  return {
    value: (w) =>
      parts.reduce(
        (sum, { source, factor }) => sum + (factor / total) * (source.evaluate(asMatrix(w)).data[0] as number),
        0,
      ),
    gradient(w) {
      const gradient = new Float64Array(w.length);
      for (const { source, factor } of parts) {
        (source.gradients(w)[0] as Float64Array).forEach((g, j) => {
          gradient[j] = (gradient[j] as number) + (factor / total) * g;
        });
      }
      return gradient;
    },
  };
}
