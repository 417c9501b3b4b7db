import { type Predictor, predictBatch, predictObjective } from "./ensemble.js";
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

/** How much more (or less) a shift to two domains does than the shifts to each of them. Negative: they go together. */
export interface Interaction {
  domains: [string, string];
  objective: number;
}

/**
 * The strongest interactions at a mixture: f(w → a and b) − f(w → a) − f(w → b) + f(w), a hundredth of the weight moving to
 * each, in order of their size.
 */
export function interactions(
  predictor: Predictor,
  features: readonly FeatureSource[],
  mixture: Float64Array,
  most = 50,
): Interaction[] {
  const n = mixture.length;
  const pairs = Array.from({ length: n }, (_, a) => Array.from({ length: n - a - 1 }, (_, i) => [a, a + 1 + i])).flat();
  const moved = (to: readonly number[]) =>
    mixture.map((w, i) => (1 - to.length * share) * w + (to.includes(i) ? share : 0));
  const mixtures = [mixture, ...Array.from(mixture, (_, j) => moved([j])), ...pairs.map(moved)];
  const values = predictObjective(predictor, features, stack(mixtures, n));
  return pairs
    .map(([a, b], i): Interaction => {
      const [first, second] = [a as number, b as number];
      const alone = (values[1 + first] as number) + (values[1 + second] as number);
      return {
        domains: [predictor.domains[first] as string, predictor.domains[second] as string],
        objective: (values[1 + n + i] as number) - alone + (values[0] as number),
      };
    })
    .sort((x, y) => Math.abs(y.objective) - Math.abs(x.objective))
    .slice(0, most);
}
