import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { bestCount, judgeCounts } from "./suggest.js";

/** Documents of clusters that lie around a few centres. */
function sample(groups: number, clustersEach: number, spread: number) {
  const random = seeded(5);
  const dimensions = 8;
  const normal = (scale: number) => Array.from({ length: dimensions }, () => scale * random.normal());
  const around = (centre: number[], scale: number) => normal(scale).map((value, i) => value + (centre[i] as number));
  const centres = Array.from({ length: groups }, () => normal(3));
  const clusters = centres.flatMap((centre) => Array.from({ length: clustersEach }, () => around(centre, spread)));
  const documents = clusters.flatMap((centre, cluster) =>
    Array.from({ length: 40 }, () => ({ cluster, vector: around(centre, 0.3) })),
  );
  return {
    clusters: Int32Array.from(documents, ({ cluster }) => cluster),
    vectors: Float32Array.from(documents.flatMap(({ vector }) => vector)),
    dimensions,
  };
}

describe("the number of domains", () => {
  it("is suggested as the number of groups that there are, where halves of the documents agree", () => {
    const judged = judgeCounts(sample(5, 6, 0.6), 30, 12, seeded(1));
    expect(judged.map(({ domains }) => domains)).toEqual(Array.from({ length: 11 }, (_, i) => i + 2));
    expect(bestCount(judged)).toBe(5);
    const five = judged.find(({ domains }) => domains === 5);
    expect(five?.stability).toBeGreaterThan(0.99);
    expect(five?.silhouette).toBe(Math.max(...judged.map(({ silhouette }) => silhouette)));
    for (const { silhouette, stability } of judged) {
      expect(Math.abs(silhouette)).toBeLessThanOrEqual(1);
      expect(stability).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it("has the silhouette of its formula for two points a domain", () => {
    const two = { clusters: Int32Array.of(0, 0, 1, 1), vectors: Float32Array.of(0, 2, 10, 12), dimensions: 1 };
    // Each is 1 from its own centre and 9 or 11 from the other: mean of 1 − 1/9 and 1 − 1/11, twice each.
    const [judged] = judgeCounts(two, 2, 5, seeded(1));
    expect(judged?.silhouette).toBeCloseTo(1 - (1 / 9 + 1 / 11) / 2, 6);
  });

  it("cannot be judged where there is one cluster", () => {
    const one = { clusters: Int32Array.of(0, 0), vectors: Float32Array.of(0, 1), dimensions: 1 };
    expect(() => judgeCounts(one, 1, 5, seeded(1))).toThrow("there is one cluster only");
  });
});
