import { fromRows, seeded, spearman, zeros } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { regmixTable } from "../fixtures/regmix.js";
import { fitGaussianProcess, gaussianProcessGradient, predictGaussianProcess } from "./gaussian-process.js";
import { selectRows, type Table } from "./types.js";

const truth = (w: ArrayLike<number>, feature: number) =>
  2 - 0.5 * Math.sqrt(w[0] as number) + 0.3 * (w[1] as number) ** 2 + 0.4 * feature;

function sample(rows: number): Table {
  const random = seeded("gaussian process");
  const mixtures = Array.from({ length: rows }, () => random.dirichlet(new Float64Array(4).fill(1)));
  const features = Float64Array.from({ length: rows }, () => random.normal());
  return {
    weights: fromRows(mixtures),
    features: { rows, cols: 1, data: features },
    values: Float64Array.from(mixtures, (w, i) => truth(w, features[i] as number)),
  };
}

describe("the Gaussian process", () => {
  it("learns a smooth function of weights and a feature", () => {
    const table = sample(160);
    const [train, test] = [0, 120].map((from) =>
      selectRows(
        table,
        Int32Array.from({ length: from === 0 ? 120 : 40 }, (_, i) => from + i),
      ),
    ) as [Table, Table];
    const predicted = predictGaussianProcess(fitGaussianProcess(train), test);
    predicted.forEach((value, i) => {
      expect(Math.abs(value - (test.values[i] as number))).toBeLessThan(0.05);
    });
  });

  it("has the gradient that finite differences find", () => {
    const process = fitGaussianProcess(sample(60));
    const w = Float64Array.of(0.2, 0.3, 0.4, 0.1);
    const slopes = [Float64Array.of(0.5, -1, 2, 0)];
    const at = (weights: Float64Array) =>
      predictGaussianProcess(process, {
        weights: { rows: 1, cols: 4, data: weights },
        features: { rows: 1, cols: 1, data: Float64Array.of(0.1 + dotOf(slopes[0] as Float64Array, weights)) },
      })[0] as number;
    const gradient = gaussianProcessGradient(process, w, [0.1 + dotOf(slopes[0] as Float64Array, w)], slopes);
    gradient.forEach((g, j) => {
      const [up, down] = [w.slice(), w.slice()];
      up[j] = (up[j] as number) + 1e-5;
      down[j] = (down[j] as number) - 1e-5;
      expect(g).toBeCloseTo((at(up) - at(down)) / 2e-5, 4);
    });
  });

  it("ranks RegMix's unseen mixtures better than 0.93 after 64 runs", () => {
    const [train, test] = [regmixTable("train", "pile_cc"), regmixTable("test", "pile_cc")];
    const few = selectRows(
      train,
      Int32Array.from({ length: 64 }, (_, i) => i),
    );
    const process = fitGaussianProcess({ ...few, features: zeros(64, 0) });
    expect(spearman(predictGaussianProcess(process, test), test.values)).toBeGreaterThan(0.93);
  });
});

function dotOf(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
