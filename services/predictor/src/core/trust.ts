import { standardDeviation } from "@climb/numeric";
import { intervalCoverage } from "./conformal.js";
import type { Predictor } from "./ensemble.js";

/** A rank correlation below this does not order mixtures. */
export const trustedSpearman = 0.5;

/**
 * Sentences that say when not to trust a predictor; none if all is well.
 * @param rows distinct mixtures it was fitted on
 * @param sampled per domain, whether any run gave it weight
 * @param withFeatures targets that had training-free features, by index
 * @param sizes parameters of the model that is predicted for and of the proxies; undefined if nobody said
 */
export function warnings(
  predictor: Predictor,
  rows: number,
  sampled: readonly boolean[],
  withFeatures: readonly boolean[],
  sizes?: { target: number; measured: readonly number[] },
): string[] {
  const found: string[] = [];
  const enough = 3 * (predictor.domains.length + 1);
  const without = predictor.targets.filter((_, t) => !withFeatures[t]).map((target) => target.name);
  if (rows < enough && without.length > 0) {
    found.push(
      `${rows} different mixtures are few for ${predictor.domains.length} domains: without training-free features about ${enough} ` +
        `are needed (${without.join(", ")}).`,
    );
  }
  for (const target of predictor.targets) {
    const { spearman, coverage } = target.quality;
    if (Number.isNaN(spearman))
      found.push(`Whether "${target.name}" can be predicted cannot be told: its results or predictions are constant.`);
    else if (spearman < trustedSpearman) {
      found.push(
        `The order of mixtures on "${target.name}" is hardly predicted: cross-validated rank correlation ${spearman.toFixed(2)}.`,
      );
    }
    if (rows >= 20 && coverage < intervalCoverage - 0.1) {
      found.push(
        `The 90 % intervals of "${target.name}" hold only ${Math.round(100 * coverage)} % of held-out results.`,
      );
    }
    const { noise } = target.calibration;
    const spread = standardDeviation(target.actual);
    if (noise > 0 && spread < 2 * noise) {
      found.push(
        `Mixtures differ on "${target.name}" by little more than repeated runs do (${spread.toPrecision(2)} against ${noise.toPrecision(2)}).`,
      );
    }
  }
  if (sizes && !sizes.measured.includes(sizes.target)) {
    const from = `from proxies of ${sizes.measured.map(parameters).join(", ")} parameters to a model of ${parameters(sizes.target)}`;
    const error = predictor.objective.calibration.transfer ?? 0;
    found.push(
      error > 0
        ? `Predicted ${from}: the intervals are ±${error.toPrecision(2)} wider, as far as leaving out one size after the other goes wrong.`
        : `Predicted ${from} without having measured how the loss changes with the size: the intervals hold for the proxies' size only.`,
    );
  }
  const never = predictor.domains.filter((_, j) => !sampled[j]);
  if (never.length > 0)
    found.push(
      `No run gave weight to ${never.join(", ")}: the effect of ${never.length > 1 ? "these domains" : "this domain"} is a guess.`,
    );
  return found;
}

function parameters(count: number): string {
  return count >= 1e9 ? `${Number((count / 1e9).toPrecision(3))}B` : `${Number((count / 1e6).toPrecision(3))}M`;
}
