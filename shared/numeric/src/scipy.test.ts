import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cholesky,
  choleskySolve,
  dot,
  effectiveDomains,
  fromRows,
  klDivergence,
  type Matrix,
  mean,
  median,
  multiply,
  norm,
  pearson,
  projectToSimplex,
  quantile,
  ranks,
  row,
  rSquared,
  seeded,
  spearman,
  squaredDistance,
  studentTCdf,
  studentTQuantile,
  sum,
  symmetricEigen,
  toHalf,
  toMillionths,
  transpose,
  variance,
} from "./index.js";

interface Fixture {
  vectors: {
    values: number[];
    mean: number;
    variance: number;
    median: number;
    norm: number;
    quantiles: Record<string, number>;
    ranks: number[];
  }[];
  pairs: {
    a: number[];
    b: number[];
    pearson: number;
    spearman: number;
    rSquared: number;
    dot: number;
    squaredDistance: number;
  }[];
  studentT: { t: number; degrees: number; cdf: number }[];
  studentTQuantile: { p: number; degrees: number; t: number }[];
  systems: { matrix: number[][]; right: number[]; cholesky: number[][]; solution: number[] }[];
  eigen: { matrix: number[][]; values: number[] }[];
  products: { a: number[][]; b: number[][]; product: number[][] }[];
  mixtures: { p: number[]; q: number[]; kl: number; effectiveDomains: number }[];
  projections: { v: number[]; lower: number[]; upper: number[]; point: number[] }[];
  halves: { value: number; bits: number }[];
}

/** What SciPy and NumPy say of the same inputs; fixtures/generate.py wrote it. */
const scipy: Fixture = JSON.parse(readFileSync(new URL("../fixtures/scipy.json", import.meta.url), "utf8"));

/** Equal to so many digits of the larger of both, or of one. */
function near(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-10): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number];
    expect(Math.abs(a - b), `entry ${i}: ${a}, expected ${b}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(b)),
    );
  }
}
const flat = (rows: number[][]) => fromRows(rows).data;

describe("statistics are those of SciPy and NumPy", () => {
  it.each(scipy.vectors)("of one sample", ({ values, ...of }) => {
    near([mean(values), variance(values), median(values), norm(values)], [of.mean, of.variance, of.median, of.norm]);
    for (const [q, value] of Object.entries(of.quantiles)) near([quantile(values, Number(q))], [value]);
    near(ranks(values), of.ranks);
  });

  it.each(scipy.pairs)("of pairs", ({ a, b, ...of }) => {
    near([pearson(a, b), spearman(a, b), rSquared(a, b)], [of.pearson, of.spearman, of.rSquared]);
    near([dot(a, b), squaredDistance(a, b)], [of.dot, of.squaredDistance]);
  });

  it("of Student's t, from its middle far into the tails", () => {
    for (const { t, degrees, cdf } of scipy.studentT) near([studentTCdf(t, degrees)], [cdf], 1e-11);
    for (const { p, degrees, t } of scipy.studentTQuantile) near([studentTQuantile(p, degrees)], [t], 1e-7);
  });
});

describe("linear algebra is that of SciPy", () => {
  it.each(scipy.systems)("for a positive definite system", ({ matrix, right, ...of }) => {
    const factor = cholesky(fromRows(matrix));
    near(factor.data, flat(of.cholesky));
    near(choleskySolve(factor, right), of.solution, 1e-8);
  });

  it.each(scipy.eigen)(
    "for a symmetric eigenproblem, whose vectors are orthonormal and give the matrix back",
    (given) => {
      const matrix = fromRows(given.matrix);
      const { values, vectors } = symmetricEigen(matrix);
      near(values, given.values, 1e-9);
      const scaled: Matrix = {
        ...vectors,
        data: vectors.data.map((entry, i) => entry * (values[i % values.length] ?? 0)),
      };
      near(multiply(scaled, transpose(vectors)).data, matrix.data, 1e-9);
      const identity = fromRows(given.matrix.map((r, i) => r.map((_, j) => Number(i === j))));
      near(multiply(transpose(vectors), vectors).data, identity.data, 1e-9);
    },
  );

  it("for a matrix whose eigenvalues are known: 2 − 2 cos(kπ/(n + 1)), and one that has all its own twice", () => {
    const n = 120;
    const path = fromRows(
      Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) => (i === j ? 2 : -Number(Math.abs(i - j) === 1))),
      ),
    );
    const known = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)));
    near(symmetricEigen(path).values, known, 1e-12);
    const { rows, cols, data } = path;
    const twice = fromRows(
      Array.from({ length: 2 * n }, (_, i) =>
        Array.from({ length: 2 * n }, (_, j) => (i < rows === j < cols ? (data[(i % n) * n + (j % n)] as number) : 0)),
      ),
    );
    near(
      symmetricEigen(twice).values,
      known.flatMap((value) => [value, value]),
      1e-12,
    );
    expect(
      symmetricEigen(
        fromRows([
          [0, 0],
          [0, 0],
        ]),
      ).values,
    ).toEqual(Float64Array.of(0, 0));
  });

  it.each(scipy.products)("for a product", ({ a, b, product }) => {
    near(multiply(fromRows(a), fromRows(b)).data, flat(product));
  });

  it("refuses what it cannot do, saying why", () => {
    expect(() => multiply(fromRows([[1, 2]]), fromRows([[1, 2]]))).toThrow("cannot multiply (1, 2) by (1, 2)");
    expect(() => cholesky(fromRows([[0]]))).toThrow("not positive definite");
    expect(() => fromRows([[1], [1, 2]])).toThrow("row 1 has 2 entries, expected 1");
    expect(row(fromRows([[1], [2]]), 1)).toEqual(Float64Array.of(2));
  });
});

describe("mixtures", () => {
  it.each(scipy.mixtures)("have SciPy's divergence and entropy", ({ p, q, ...of }) => {
    near([klDivergence(p, q), effectiveDomains(p)], [of.kl, of.effectiveDomains]);
  });

  it.each(scipy.projections)("are projected to where SciPy's solver ends", ({ v, lower, upper, point }) => {
    near(projectToSimplex(v, lower, upper), point, 1e-6);
  });

  it("stay where they are if they are in the set, and are rounded to a sum of exactly one million", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 }), (given) => {
        fc.pre(given.some((weight) => weight > 1e-6));
        const millionths = toMillionths(given);
        expect(sum(millionths)).toBe(1_000_000);
        const mixture = Float64Array.from(millionths, (weight) => weight / 1e6);
        near(projectToSimplex(mixture), mixture, 1e-9);
        expect(toMillionths(mixture)).toEqual(millionths);
      }),
    );
  });

  it("cannot be had where the bounds leave nothing", () => {
    expect(() => projectToSimplex([1, 1], [0.6, 0.6])).toThrow("lower bounds sum to 1.2");
    expect(() => projectToSimplex([1, 1], undefined, [0.3, 0.3])).toThrow("upper bounds sum to 0.6");
    expect(() => projectToSimplex([1], [0.5], [0.4])).toThrow("lower 0.5 is above upper 0.4");
  });
});

describe("random numbers", () => {
  it("have the moments of their distributions", () => {
    const random = seeded("moments");
    const count = 200_000;
    const draw = (next: () => number) => Float64Array.from({ length: count }, next);
    const uniform = draw(() => random.float());
    near([mean(uniform), variance(uniform)], [1 / 2, 1 / 12], 5e-3);
    const normal = draw(() => random.normal());
    near([mean(normal), variance(normal)], [0, 1], 1.5e-2);
    for (const shape of [0.3, 1, 4.5]) {
      const gamma = draw(() => random.gamma(shape));
      near([mean(gamma) / shape, variance(gamma) / shape], [1, 1], 4e-2);
    }
  });

  it("are the same again from the same seed, and other ones for a child by another name", () => {
    const stream = (seed: string, ...label: string[]) => {
      const random = label.length > 0 ? seeded(seed).child(...label) : seeded(seed);
      return Array.from({ length: 5 }, () => random.uint32());
    };
    expect(stream("a")).toEqual(stream("a"));
    expect(stream("a", "x")).toEqual(stream("a", "x"));
    expect(stream("a", "x")).not.toEqual(stream("a", "y"));
    expect(stream("a", "x", "y")).not.toEqual(stream("a", "xy"));
  });
});

describe("16-bit floats", () => {
  it("are rounded as NumPy rounds them", () => {
    for (const { value, bits } of scipy.halves) expect(toHalf(value), String(value)).toBe(bits);
  });
});
