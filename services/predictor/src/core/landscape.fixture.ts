import { type Random, seeded } from "@climb/numeric";
import type { ResultRow } from "./rows.js";

/** A known truth over mixtures for tests: per target a floor, saturating gains of some domains and harm of others. */
export interface Landscape {
  domains: string[];
  targets: string[];
  /** Per target, at a mixture. */
  truth(w: ArrayLike<number>): number[];
  /** Mean over targets. */
  objective(w: ArrayLike<number>): number;
  run(id: string, mixture: ArrayLike<number>, noise: number, random: Random): ResultRow;
}

export function makeLandscape(domains: number, targets: number, seed: number): Landscape {
  const random = seeded(seed).child("landscape");
  const effects = Array.from({ length: targets }, () => Float64Array.from({ length: domains }, () => random.normal()));
  const truth = (w: ArrayLike<number>) =>
    effects.map((effect) => {
      let value = 2;
      let pull = 0;
      for (let j = 0; j < domains; j++) {
        const weight = w[j] as number;
        if ((effect[j] as number) > 0) value -= 0.12 * (effect[j] as number) * Math.sqrt(weight);
        else pull -= (effect[j] as number) * weight;
      }
      return value + 0.3 * Math.exp(0.6 * pull);
    });
  const objective = (w: ArrayLike<number>) => truth(w).reduce((a, b) => a + b) / targets;
  return {
    domains: Array.from({ length: domains }, (_, j) => `d${j}`),
    targets: Array.from({ length: targets }, (_, t) => `t${t}`),
    truth,
    objective,
    run: (id, mixture, noise, source) => ({ id, mixture, values: truth(mixture).map((value) => value + noise * source.normal()) }),
  };
}
