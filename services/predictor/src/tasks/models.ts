import { readFileSync } from "node:fs";
import type { Predictor } from "../core/ensemble.js";
import { type FeatureSource, noFeatures } from "../core/features/source.js";
import type { TargetInput } from "./messages.js";
import { decodeModel } from "./model-file.js";
import { FEATURE_NAMES, loadFeatures } from "./statistics.js";

/**
 * Statistics and models are parsed once and kept: every call of a round uses the same ones. Their files never change.
 */
const kept = new Map<string, unknown>();
const MAX_KEPT = 24;

function keep<T>(key: string, make: () => T): T {
  const found = kept.get(key);
  const value = found === undefined ? make() : (found as T);
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
  return value;
}

/** A model from its local file. @throws RangeError if it is none */
export function loadModel(path: string): Predictor {
  return keep(`model ${path}`, () => decodeModel(readFileSync(path)));
}

/** The training-free features of targets, parsed when first evaluated: a thread that fits one target reads that target's statistics only. */
export function featuresOf(
  targets: readonly TargetInput[],
  domains: readonly string[],
  proxyTokens: number,
): FeatureSource[] {
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
