import { fromRows, seeded, spearman } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { regmix } from "../fixtures/regmix.js";
import {
  assemble,
  type FitPlan,
  fitPlanTarget,
  fitPredictor,
  type Predictor,
  predictBatch,
  predictObjective,
} from "./ensemble.js";
import { noFeatures } from "./features/source.js";
import { allModels } from "./models.js";
import { distinctRows, type ResultRow } from "./rows.js";
import { makeLandscape } from "./testing/landscape.js";
import { warnings } from "./trust.js";

function plan(domains: string[], targets: string[], runs: ResultRow[], extra: Partial<FitPlan> = {}): FitPlan {
  return {
    domains,
    targets: targets.map((name) => ({ name, weight: 1, features: noFeatures })),
    rows: distinctRows(runs, domains.length, targets.length),
    models: allModels,
    seed: 1,
    ...extra,
  };
}

function sampled(
  rows: number,
  noise: number,
  domains = 6,
): { runs: ResultRow[]; landscape: ReturnType<typeof makeLandscape> } {
  const landscape = makeLandscape(domains, 2, 4);
  const random = seeded("runs");
  const runs = Array.from({ length: rows }, (_, i) =>
    landscape.run(`r${i}`, random.dirichlet(new Float64Array(domains).fill(1)), noise, random),
  );
  return { runs, landscape };
}

describe("the ensemble on RegMix's published runs", () => {
  const train = regmix("train");
  const test = regmix("test");
  const names = ["pile_cc", "arxiv", "github"];
  const part = (data: typeof train, rows: number): ResultRow[] =>
    data.mixtures.slice(0, rows).map((mixture, i) => ({
      id: `${i}`,
      mixture,
      values: names.map((name) => (data.losses[i] as number[])[data.targets.indexOf(name)] as number),
    }));
  const unseen = part(test, 128);
  const features = names.map(() => noFeatures);

  it("ranks unseen mixtures better than 0.96 after 64 runs, with intervals that cover", () => {
    const predictor = fitPredictor(plan(train.domains, names, part(train, 64)));
    const predicted = predictBatch(predictor, features, fromRows(unseen.map((row) => Array.from(row.mixture))));
    let inside = 0;
    names.forEach((_, t) => {
      const intervals = predicted.targets[t] as { value: number; lower: number; upper: number }[];
      const actual = unseen.map((row) => row.values[t] as number);
      expect(
        spearman(
          intervals.map((p) => p.value),
          actual,
        ),
      ).toBeGreaterThan(0.96);
      inside += intervals.filter((p, i) => p.lower <= (actual[i] as number) && (actual[i] as number) <= p.upper).length;
    });
    expect(inside / (3 * unseen.length)).toBeGreaterThan(0.85);
    expect(inside / (3 * unseen.length)).toBeLessThan(0.97);
  });

  it("beats scikit-learn's boosted trees (0.984) on Pile-CC with all 512 runs", () => {
    const all = plan(train.domains, names, part(train, 512));
    const fit = fitPlanTarget(all, 0);
    const single = assemble(
      {
        ...all,
        targets: [all.targets[0] as FitPlan["targets"][0]],
        rows: { ...all.rows, values: [all.rows.values[0] as Float64Array] },
      },
      [fit],
    );
    const values = predictObjective(single, [noFeatures], fromRows(unseen.map((row) => Array.from(row.mixture))));
    expect(
      spearman(
        values,
        unseen.map((row) => row.values[0] as number),
      ),
    ).toBeGreaterThan(0.987);
    expect(fit.quality.coverage).toBeGreaterThan(0.85);
    expect(fit.quality.coverage).toBeLessThan(0.95);
  });
});

describe("the ensemble", () => {
  it("gives the same bits for the same plan, whether targets are fitted together or apart", () => {
    const { runs, landscape } = sampled(20, 0.01);
    const same = plan(landscape.domains, landscape.targets, runs);
    const apart = assemble(same, [1, 0].map((t) => fitPlanTarget(same, t)).reverse());
    expect(apart).toEqual(fitPredictor(same));
  });

  it("weighs models by cross-validation, weights sum to one, and says why a model was left out", () => {
    const { runs, landscape } = sampled(9, 0.01);
    const [target] = fitPredictor(plan(landscape.domains, landscape.targets, runs)).targets as [
      Predictor["targets"][0],
    ];
    expect(Object.values(target.weights).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    expect(target.refused.trees).toMatch(/needs 10 different mixtures/);
    expect(target.refused["bigram-ridge"]).toBe("there are no training-free features");
    expect(target.weights.trees).toBe(0);
  });

  it("survives two runs, and warns", () => {
    const { runs, landscape } = sampled(2, 0.01);
    const predictor = fitPredictor(plan(landscape.domains, landscape.targets, runs));
    const [value] = predictBatch(predictor, [noFeatures, noFeatures], fromRows([[1, 0, 0, 0, 0, 0]])).objective as [
      { value: number; lower: number; upper: number },
    ];
    expect(value.lower).toBeLessThan(value.value);
    expect(Number.isFinite(value.upper)).toBe(true);
    expect(warnings(predictor, 2, [true, true, true, true, true, true], [false, false]).join(" ")).toMatch(
      /2 different mixtures are few/,
    );
  });

  it("predicts the constant of constant results and says that nothing can be told", () => {
    const { runs, landscape } = sampled(12, 0);
    const flat = runs.map((run) => ({ ...run, values: [1.5, run.values[1] as number] }));
    const predictor = fitPredictor(plan(landscape.domains, landscape.targets, flat));
    expect(predictor.targets[0]?.weights).toMatchObject({ mean: 1, trees: 0, ridge: 0 });
    expect(predictor.targets[0]?.refused.ridge).toMatch(/all results are equal/);
    const found = predictBatch(predictor, [noFeatures, noFeatures], predictorInput(landscape.domains.length));
    expect(found.targets[0]?.[0]?.value).toBe(1.5);
    expect(
      warnings(
        predictor,
        12,
        landscape.domains.map(() => true),
        [false, false],
      ).join(" "),
    ).toMatch(/cannot be told/);
  });

  it("names a domain that no run has sampled", () => {
    const { runs, landscape } = sampled(30, 0.01, 5);
    const never = runs.map((run) => {
      const rest = 1 - (run.mixture[2] as number);
      return { ...run, mixture: Array.from(run.mixture, (w, j) => (j === 2 ? 0 : w / rest)) };
    });
    const predictor = fitPredictor(plan(landscape.domains, landscape.targets, never));
    expect(warnings(predictor, 30, [true, true, false, true, true], [false, false])).toContainEqual(
      "No run gave weight to d2: the effect of this domain is a guess.",
    );
  });

  it("fits the objective itself when asked for the paper's way", () => {
    const { runs, landscape } = sampled(40, 0.01);
    const predictor = fitPredictor(
      plan(landscape.domains, landscape.targets, runs, { models: ["trees"], single: true }),
    );
    expect(predictor.single?.name).toBe("objective");
    const mixtures = fromRows(runs.map((run) => Array.from(run.mixture)));
    const values = predictObjective(predictor, [noFeatures, noFeatures], mixtures);
    expect(
      spearman(
        values,
        runs.map((run) => landscape.objective(run.mixture)),
      ),
    ).toBeGreaterThan(0.5);
  });
});

describe("rows", () => {
  const row = (mixture: number[], values: number[]): ResultRow => ({ id: "run-7", mixture, values });

  it("merge runs of the same mixture and pool their noise", () => {
    const rows = distinctRows([row([0.5, 0.5], [1]), row([0.2, 0.8], [3]), row([0.5, 0.5], [2])], 2, 1);
    expect(rows.weights.rows).toBe(2);
    expect(rows.values[0]).toEqual(Float64Array.of(1.5, 3));
    expect(rows.rowOf).toEqual(Int32Array.of(0, 1, 0));
    expect(rows.noise[0]).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it("are refused with a sentence that names the run and the fault", () => {
    expect(() => distinctRows([row([0.5, 0.5], [Number.NaN])], 2, 1)).toThrow(
      "run run-7: found NaN as result 0, expected a finite number",
    );
    expect(() => distinctRows([row([0.5, 0.497], [1])], 2, 1)).toThrow(
      "run run-7: found weights that sum to 0.997, expected 1 to within 0.001",
    );
    expect(() => distinctRows([row([1.5, -0.5], [1])], 2, 1)).toThrow("found -0.5 as weight 1, expected at least 0");
    expect(() => distinctRows([row([1], [1])], 2, 1)).toThrow("found 1 weights, expected one for each of 2 domains");
  });
});

function predictorInput(domains: number) {
  return fromRows([Array.from({ length: domains }, () => 1 / domains)]);
}
