import { fromRows, seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { bigramFeature, joinFeatures, type TargetStatistics, unigramFeature } from "./bigram.js";

/** Counts of three random domains over a vocabulary of 20, and a target of some pairs. */
function sample(): { statistics: TargetStatistics; first: number[]; second: number[] } {
  const random = seeded("bigram");
  const [domains, vocabulary] = [3, 20];
  const pairTables = Array.from({ length: domains }, () =>
    random.dirichlet(new Float64Array(vocabulary * vocabulary).fill(0.1)),
  );
  const pairs = [...new Set(Array.from({ length: 90 }, () => random.int(vocabulary * vocabulary)))];
  const first = pairs.map((pair) => Math.floor(pair / vocabulary));
  const second = pairs.map((pair) => pair % vocabulary);
  const each = (entry: (table: Float64Array, p: number) => number) =>
    pairTables.flatMap((table) => pairs.map((_, p) => entry(table, p)));
  return {
    first,
    second,
    statistics: {
      textBytes: 500,
      domains,
      pairs: pairs.length,
      counts: pairs.map(() => 1 + random.int(4)),
      pairFrequencies: Float32Array.from(each((table, p) => table[pairs[p] as number] as number)),
      firstFrequencies: Float32Array.from(
        each((table, p) =>
          table
            .slice((first[p] as number) * vocabulary, ((first[p] as number) + 1) * vocabulary)
            .reduce((a, b) => a + b),
        ),
      ),
      unigramFrequencies: Float32Array.from(
        each(
          (table, p) => 1e-4 + table.reduce((sum, value, at) => sum + (at % vocabulary === second[p] ? value : 0), 0),
        ),
      ),
    },
  };
}

function direct(statistics: TargetStatistics, w: ArrayLike<number>, n: number): number {
  let bits = 0;
  for (let p = 0; p < statistics.pairs; p++) {
    const mix = (values: ArrayLike<number>) =>
      Array.from(w).reduce((sum, weight, j) => sum + weight * (values[j * statistics.pairs + p] as number), 0);
    const probability =
      (n * mix(statistics.pairFrequencies) + 200 * mix(statistics.unigramFrequencies)) /
      (n * mix(statistics.firstFrequencies) + 200);
    bits -= (statistics.counts[p] as number) * Math.log2(probability);
  }
  return bits / statistics.textBytes;
}

describe("bigram cross-entropy of a target under a mixture", () => {
  const { statistics } = sample();
  const random = seeded(5);
  const mixtures = Array.from({ length: 11 }, () => random.dirichlet([1, 1, 1]));

  it("equals the formula evaluated pair by pair", () => {
    const values = bigramFeature(statistics, 400_000).evaluate(fromRows(mixtures));
    mixtures.forEach((w, i) => {
      expect(values.data[i]).toBeCloseTo(direct(statistics, w, 400_000), 10);
    });
  });

  it("tends to the unigram cross-entropy when no tokens have been seen", () => {
    const values = unigramFeature(statistics).evaluate(fromRows(mixtures));
    mixtures.forEach((w, i) => {
      expect(values.data[i]).toBeCloseTo(direct(statistics, w, 0), 10);
    });
  });

  it("has the gradient along the simplex that finite differences find", () => {
    const w = mixtures[0] as Float64Array;
    const [gradient] = bigramFeature(statistics, 400_000).gradients(w) as [Float64Array];
    for (const j of [1, 2]) {
      const moved = (by: number) => w.map((weight, i) => weight + (i === j ? by : i === 0 ? -by : 0));
      const slope = (direct(statistics, moved(1e-6), 400_000) - direct(statistics, moved(-1e-6), 400_000)) / 2e-6;
      expect((gradient[j] as number) - (gradient[0] as number)).toBeCloseTo(slope, 4);
    }
  });

  it("stands beside other features", () => {
    const [a, b] = [bigramFeature(statistics, 1000), unigramFeature(statistics)];
    const joined = joinFeatures([a, b]);
    const values = joined.evaluate(fromRows(mixtures));
    expect(joined.names).toEqual(["bigram", "unigram"]);
    expect(values.data[2 * 7 + 1]).toBe(b.evaluate(fromRows(mixtures)).data[7]);
    expect(joined.gradients(mixtures[0] as Float64Array)).toHaveLength(2);
  });
});
