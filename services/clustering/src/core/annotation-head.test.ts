import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { fitAnnotationHead, headScore } from "./annotation-head.js";
import { valuesOfClasses } from "./class-values.js";

const [n, d] = [60, 4];
const vectors = Array.from({ length: n }, (_, i) =>
  Float32Array.from({ length: d }, (_, j) => Math.sin(7 * i + 3 * j + 1)),
);
const scores = vectors.map((x, i) => 2 + (x[0] as number) - 0.5 * (x[2] as number) + 0.3 * Math.cos(5 * i));

describe("the annotation head", () => {
  // scikit-learn 1.5, Ridge(alpha=share · n · mean variance).fit(vectors, scores): coef_, intercept_.
  it.each([
    [0.1, [0.39169694249907483, -0.21103481560803364, 0.026148826089195283, 0.1592605533120012], 2.003325618665307],
    [1, [0.14401061042681865, -0.11334957959330083, 0.08041985733686902, -0.045880528579357566], 2.0010778390361117],
  ])("has the weights of scikit-learn's ridge regression at strength %f", (share, weights, bias) => {
    const head = fitAnnotationHead(vectors, scores, seeded(1), [share]);
    for (const [i, weight] of weights.entries()) expect(head.weights[i]).toBeCloseTo(weight, 9);
    expect(head.bias).toBeCloseTo(bias, 9);
  });

  it("chooses the strength that predicts best what it was not fitted to, and says how well", () => {
    const random = seeded(2);
    const noisy = scores.map((score) => score + 0.1 * random.normal());
    const { crossValidation, ...head } = fitAnnotationHead(vectors, noisy, seeded(1));
    expect(crossValidation.annotations).toBe(n);
    expect(crossValidation.rootMeanSquaredError).toBeLessThan(0.75 * crossValidation.baselineError);
    expect(crossValidation.spearman).toBeGreaterThan(0.7);
    for (const share of [0.001, 0.1, 1]) {
      const other = fitAnnotationHead(vectors, noisy, seeded(1), [share]).crossValidation;
      expect(crossValidation.rootMeanSquaredError).toBeLessThanOrEqual(other.rootMeanSquaredError);
    }
    expect(headScore(head, vectors[0] as Float32Array)).toBeCloseTo(scores[0] as number, 0);
  });

  it("falls back to the mean where vectors say nothing, and refuses fewer annotations than folds", () => {
    const equal = scores.map(() => Float32Array.of(1, 0));
    const head = fitAnnotationHead(equal, scores, seeded(1));
    const mean = scores.reduce((sum, score) => sum + score, 0) / n;
    expect(headScore(head, Float32Array.of(1, 0))).toBeCloseTo(mean, 12);
    expect(() => fitAnnotationHead(vectors.slice(0, 4), scores.slice(0, 4), seeded(1))).toThrow("4 annotations");
  });
});

describe("the values of labels", () => {
  it("are the numbers at their ends, or as given, never guessed", () => {
    expect(Object.fromEntries(valuesOfClasses(["__label__0", "__label__-1.5"], {}))).toEqual({
      __label__0: 0,
      "__label__-1.5": -1.5,
    });
    expect(valuesOfClasses(["__label__hq"], { __label__hq: 2 }).get("__label__hq")).toBe(2);
    expect(() => valuesOfClasses(["__label__hq"], {})).toThrow("the label __label__hq has no value");
    expect(() => valuesOfClasses(["a", "b"], { a: 1 })).toThrow(
      "the label b has no value; expected one in label_values",
    );
    expect(() => valuesOfClasses(["a"], { c: 1 })).toThrow("label_values names c; the model has a");
  });
});
