import { fromRows, type Matrix, seeded } from "@climb/numeric";
import { openSession, Tensor } from "@climb/onnx";
import { describe, expect, it } from "vitest";
import { fitPredictor, type Predictor, predictBatch } from "../ensemble.js";
import type { FeatureSource } from "../features/source.js";
import { noFeatures } from "../features/source.js";
import { allModels, type ModelName } from "../models.js";
import { distinctRows } from "../rows.js";
import { makeLandscape } from "../testing/landscape.js";
import { exportPredictor, featureCount } from "./predictor.js";

const domains = ["a", "b", "c", "d", "e"];

/** A feature that a model can use: the weight of the first two domains, bent. */
const bent: FeatureSource = {
  names: ["bent"],
  evaluate: (mixtures) => ({
    rows: mixtures.rows,
    cols: 1,
    data: Float64Array.from({ length: mixtures.rows }, (_, r) =>
      Math.log(0.05 + (mixtures.data[r * mixtures.cols] as number) + (mixtures.data[r * mixtures.cols + 1] as number)),
    ),
  }),
  gradients: () => [new Float64Array(domains.length)],
};

function fitted(models: readonly ModelName[], features: FeatureSource, single = false): Predictor {
  const landscape = makeLandscape(domains.length, 2, 3);
  const random = seeded("export");
  const runs = Array.from({ length: 60 }, (_, i) =>
    landscape.run(`r${i}`, random.dirichlet(new Float64Array(domains.length).fill(1)), 0.001, random),
  );
  return fitPredictor({
    domains,
    targets: [0, 1].map((t) => ({ name: `task${t}`, weight: t + 1, features })),
    rows: distinctRows(runs, domains.length, 2),
    models,
    single,
    seed: 1,
  });
}

function unseen(rows: number): Matrix {
  const random = seeded("unseen");
  return fromRows(Array.from({ length: rows }, () => random.dirichlet(new Float64Array(domains.length).fill(0.7))));
}

async function run(predictor: Predictor, mixtures: Matrix, features: FeatureSource) {
  const session = await openSession(exportPredictor(predictor));
  const feeds: Record<string, Tensor> = {
    weights: new Tensor("float32", Float32Array.from(mixtures.data), [mixtures.rows, mixtures.cols]),
  };
  for (const target of predictor.targets) {
    if (featureCount(target, domains.length) === 0) continue;
    const { data, cols } = features.evaluate(mixtures);
    feeds[`features.${target.name}`] = new Tensor("float32", Float32Array.from(data), [mixtures.rows, cols]);
  }
  const { tasks, objective } = await session.run(feeds);
  await session.release();
  return { tasks: tasks?.data as Float32Array, objective: objective?.data as Float32Array };
}

describe("a predictor exported as ONNX", () => {
  const cases: [string, readonly ModelName[], FeatureSource, boolean][] = [
    ["all models", allModels, noFeatures, false],
    ["all models and a training-free feature", allModels, bent, false],
    ["trees alone", ["trees"], noFeatures, false],
    ["the log-linear law alone", ["log-linear"], noFeatures, false],
    ["the power law alone", ["power-law"], noFeatures, false],
    ["the Gaussian process with a feature", ["gaussian-process"], bent, false],
    ["ridge with a feature", ["bigram-ridge"], bent, false],
    ["one fit of the objective, as the paper", ["trees"], noFeatures, true],
  ];

  it.each(cases)("predicts in ONNX Runtime what we predict: %s", async (_, models, features, single) => {
    const predictor = fitted(models, features, single);
    const mixtures = unseen(200);
    const expected = predictBatch(predictor, [features, features], mixtures);
    const found = await run(predictor, mixtures, features);
    for (let i = 0; i < mixtures.rows; i++) {
      expect(Math.abs((found.objective[i] as number) - (expected.objective[i]?.value as number))).toBeLessThan(5e-6);
      for (const t of [0, 1]) {
        expect(Math.abs((found.tasks[2 * i + t] as number) - (expected.targets[t]?.[i]?.value as number))).toBeLessThan(
          5e-6,
        );
      }
    }
  });

  it("gives the mean where results are constant", async () => {
    const runs = unseen(12);
    const predictor = fitPredictor({
      domains,
      targets: [{ name: "flat", weight: 1, features: noFeatures }],
      rows: distinctRows(
        Array.from({ length: 12 }, (_, i) => ({
          id: `${i}`,
          mixture: runs.data.subarray(i * runs.cols, (i + 1) * runs.cols),
          values: [2.5],
        })),
        domains.length,
        1,
      ),
      models: allModels,
      seed: 1,
    });
    expect((await run(predictor, unseen(3), noFeatures)).objective).toEqual(Float32Array.of(2.5, 2.5, 2.5));
  });
});
