import { fromRows, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { type Predictor, predictBatch, predictObjective } from "./ensemble.js";
import { noFeatures } from "./features/source.js";
import { evaluatePowerLaw, type PowerLaw, predictPowerLaw } from "./laws/power-law.js";
import type { Model } from "./models.js";
import { createTransforms } from "./transforms.js";
import { boost, climbBoost, predictTrees } from "./trees/boost.js";

const random = seeded("transforms");
const domains = 6;
const mixtures = Array.from({ length: 1029 }, (_, i) => {
  const w = random.dirichlet(new Float64Array(domains).fill(0.3));
  // Domains that are not there at all, and tiny ones.
  if (i % 3 === 0) w[i % domains] = 0;
  if (i % 5 === 0) w[(i + 1) % domains] = 1e-6;
  return w;
});
const weights = fromRows(mixtures);
const law: PowerLaw = {
  c: 1.5,
  k: -0.4,
  b: 0.3,
  epsilon: 1e-4,
  gamma: 0.7,
  a: Float64Array.of(1, 0.02, 3, 0.4, 1e-5, 0.9),
};

describe("predictions of many mixtures", () => {
  it("are those of the power law mixture by mixture, with repeats and several sizes too", () => {
    const sizes = { capacities: Float64Array.of(1e6, 6e7), c: Float64Array.of(2, 1.7), k: Float64Array.of(-0.2, -0.5) };
    const onset = new Float64Array(domains).fill(0.1);
    const capacities = Float64Array.from(mixtures, (_, i) => [1e6, 6e7, 1e9][i % 3] as number);
    for (const each of [law, { ...law, onset }, { ...law, onset, sizes }]) {
      const found = predictPowerLaw(each, createTransforms(weights).powers(each.onset), capacities);
      found.forEach((value, i) => {
        const expected = evaluatePowerLaw(each, mixtures[i] as Float64Array, capacities[i]);
        expect(Math.abs(value - expected)).toBeLessThan(1e-13 * Math.abs(expected) * 10);
      });
    }
  });

  it("are to the bit what each row alone is given, in however many blocks", () => {
    const values = Float64Array.from(mixtures, (w) => evaluatePowerLaw(law, w) + 0.05 * random.normal());
    const features = noFeatures.evaluate(weights);
    const trees = boost({ weights, features, values }, 30, { ...climbBoost, learningRate: 0.1 });
    const members = [
      { name: "trees", weight: 0.4, model: { kind: "trees", scale: 2, trees } },
      { name: "power-law", weight: 0.6, model: { kind: "power-law", law } },
    ] as const;
    const fit = {
      members: members.map(({ name, weight, model }) => ({
        name,
        weight,
        model: model as Model,
        foldModels: [model, model],
      })),
      calibration: { residual: 0.1, noise: 0, quantile: 1.6 },
    };
    const predictor = {
      domains: [],
      targets: [fit, fit],
      shares: Float64Array.of(0.25, 0.75),
      objective: { calibration: fit.calibration },
    } as unknown as Predictor;
    const sources = [noFeatures, noFeatures];
    const whole = predictBatch(predictor, sources, weights);
    expect(predictObjective(predictor, sources, weights)).toEqual(
      Float64Array.from(whole.objective, ({ value }) => value),
    );
    for (const i of [0, 1, 2, 511, 512, 1027, 1028]) {
      const alone = predictBatch(predictor, sources, fromRows([mixtures[i] as Float64Array]));
      expect([alone.objective[0], alone.targets[1]?.[0]]).toEqual([whole.objective[i], whole.targets[1]?.[i]]);
    }
    expect(predictTrees(trees, { weights, features, transforms: createTransforms(weights) })).toEqual(
      predictTrees(trees, { weights, features }),
    );
  });

  it("are none for no mixtures", () => {
    const nothing = { rows: 0, cols: domains, data: new Float64Array(0) };
    expect(predictPowerLaw(law, createTransforms(nothing).powers(undefined))).toHaveLength(0);
  });
});
