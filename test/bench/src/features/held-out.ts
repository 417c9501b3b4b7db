import { fromRows, median, rSquared, seeded, spearman } from "@climb/numeric";
import { fitPredictor, predictBatch } from "@climb/predictor/core/ensemble";
import { type FeatureSource, noFeatures } from "@climb/predictor/core/features/source";
import { defaultModels } from "@climb/predictor/core/models";
import { distinctRows, type ResultRow } from "@climb/predictor/core/rows";
import { loadFeatures } from "@climb/predictor/tasks/statistics";

/** How well runs that were held out are predicted: medians over random splits. */
export interface HeldOut {
  r2: number;
  spearman: number;
}

export interface FeatureTarget {
  name: string;
  /** Local file of its TargetStatistics. */
  statisticsPath: string;
}

/**
 * Fits on some of the runs and predicts the others, with and without the training-free features.
 * @param runs values in the order of the targets
 * @returns by target, then by number of training runs
 */
export function predictHeldOut(options: {
  domains: string[];
  targets: readonly FeatureTarget[];
  runs: readonly ResultRow[];
  proxyTokens: number;
  /** Numbers of training runs, each below the number of runs. */
  counts: readonly number[];
  splits?: number;
  onFit?: (done: number, total: number) => void;
}): Record<string, Record<number, { with: HeldOut; without: HeldOut }>> {
  const { domains, targets, runs, proxyTokens, counts, splits = 20, onFit } = options;
  const features = targets.map(({ statisticsPath }) => loadFeatures(statisticsPath, domains, proxyTokens));
  const bare = targets.map(() => noFeatures);
  const result: Record<string, Record<number, { with: HeldOut; without: HeldOut }>> = {};
  for (const { name } of targets) result[name] = {};
  let done = 0;
  for (const count of counts) {
    const scores = Array.from({ length: splits }, (_, split) => {
      const order = seeded("features")
        .child(count, split)
        .shuffle(runs.map((_, i) => i));
      const [training, heldOut] = [order.slice(0, count), order.slice(count)].map((part) =>
        part.map((i) => runs[i] as ResultRow),
      ) as [ResultRow[], ResultRow[]];
      const both = [features, bare].map((sources) => {
        const score = scoreSplit(domains, targets, sources, training, heldOut, split);
        onFit?.(++done, 2 * splits * counts.length);
        return score;
      });
      return { with: both[0] as HeldOut[], without: both[1] as HeldOut[] };
    });
    targets.forEach(({ name }, t) => {
      const of = (which: "with" | "without"): HeldOut => ({
        r2: median(scores.map((score) => (score[which][t] as HeldOut).r2)),
        spearman: median(scores.map((score) => (score[which][t] as HeldOut).spearman)),
      });
      (result[name] as Record<number, unknown>)[count] = { with: of("with"), without: of("without") };
    });
  }
  return result;
}

function scoreSplit(
  domains: string[],
  targets: readonly FeatureTarget[],
  features: readonly FeatureSource[],
  training: readonly ResultRow[],
  heldOut: readonly ResultRow[],
  seed: number,
): HeldOut[] {
  const predictor = fitPredictor({
    domains,
    targets: targets.map(({ name }, t) => ({ name, weight: 1, features: features[t] as FeatureSource })),
    rows: distinctRows(training, domains.length, targets.length),
    models: defaultModels,
    seed,
  });
  const mixtures = fromRows(heldOut.map(({ mixture }) => mixture));
  const predicted = predictBatch(predictor, features, mixtures).targets;
  return predicted.map((values, t) => {
    const found = Float64Array.from(values, ({ value }) => value);
    const actual = Float64Array.from(heldOut, ({ values: each }) => each[t] as number);
    return { r2: rSquared(actual, found), spearman: spearman(found, actual) };
  });
}
