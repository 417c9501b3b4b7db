import { type Predictor, predictBatch } from "./ensemble.js";
import type { FeatureSource } from "./features/source.js";
import { stack } from "./propose/objectives.js";

/**
 * Predicted change when a hundredth of the weight moves to one domain from all others in proportion. Negative is
 * better.
 */
export interface DomainEffect {
  domain: string;
  objective: number;
  targets: number[];
}

/** Share of the weight that is moved. */
const share = 0.01;

/** The marginal gain of every domain for every target and for the objective, at one mixture. */
export function explain(
  predictor: Predictor,
  features: readonly FeatureSource[],
  mixture: Float64Array,
): DomainEffect[] {
  const domains = mixture.length;
  const moved = Array.from({ length: domains }, (_, j) =>
    mixture.map((w, i) => (1 - share) * w + (i === j ? share : 0)),
  );
  const prediction = predictBatch(predictor, features, stack([mixture, ...moved], domains));
  const change = (values: readonly { value: number }[], j: number) =>
    (values[j + 1] as { value: number }).value - (values[0] as { value: number }).value;
  return predictor.domains.map((domain, j) => ({
    domain,
    objective: change(prediction.objective, j),
    targets: prediction.targets.map((values) => change(values, j)),
  }));
}
