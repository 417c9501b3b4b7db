import { seeded } from "@climb/numeric";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignHere } from "./chunks.js";
import { kMeans, squaredDistances } from "./kmeans.js";
import { openNearest } from "./nearest.js";
import type { Nearest, Points } from "./points.js";
import { plusPlusStart, sampleIndexes } from "./seeding.js";

const nearestByOnnx = await openNearest();

/** The plain version: float64 distances, one by one. */
const nearestReference = async (centroids: Points): Promise<Nearest> => {
  return async (points) =>
    Int32Array.from({ length: points.rows }, (_, r) => {
      let [best, bestDistance] = [0, Number.POSITIVE_INFINITY];
      for (let k = 0; k < centroids.rows; k++) {
        const one = { ...points, values: points.values.subarray(r * points.dimensions), rows: 1 };
        const distance = squaredDistances(one, centroids, Int32Array.of(k))[0] as number;
        if (distance < bestDistance) [best, bestDistance] = [k, distance];
      }
      return best;
    });
};

function blobs(rows: number, dimensions: number, groups: number, seed: number): Points {
  const random = seeded(seed);
  const centres = Float32Array.from({ length: groups * dimensions }, () => 4 * random.normal());
  const values = new Float32Array(rows * dimensions);
  for (let i = 0; i < values.length; i++) {
    const group = Math.floor(i / dimensions) % groups;
    values[i] = (centres[group * dimensions + (i % dimensions)] as number) + random.normal();
  }
  return { values, rows, dimensions };
}

const options = { maxIterations: 50, tolerance: 1e-4, random: seeded(3) };

describe("openNearest", () => {
  it("agrees with the plain version on random points, over batch borders", async () => {
    const points = blobs(2500, 16, 7, 1);
    const centroids = plusPlusStart(points, 40, seeded(2));
    const fast = await (await nearestByOnnx(centroids))(points);
    expect(fast).toEqual(await (await nearestReference(centroids))(points));
  });

  it("gives a tie to the lower index", async () => {
    const centroids = { values: Float32Array.of(1, 0, 1, 0, 0, 1), rows: 3, dimensions: 2 };
    const points = { values: Float32Array.of(2, 0), rows: 1, dimensions: 2 };
    expect([...(await (await nearestByOnnx(centroids))(points))]).toEqual([0]);
  });
});

describe("kMeans", () => {
  it("finds separated groups and reports the mean squared distance", async () => {
    const points = blobs(600, 8, 5, 4);
    const result = await kMeans(points, { ...options, clusters: 5, assign: assignHere(points, nearestByOnnx) });
    const assignment = await (await nearestByOnnx(result.centroids))(points);
    expect([...result.sizes]).toEqual([120, 120, 120, 120, 120]);
    const distances = squaredDistances(points, result.centroids, assignment);
    expect(result.objective).toBeCloseTo(distances.reduce((a, b) => a + b) / 600, 8);
    // Unit variance in eight dimensions.
    expect(result.objective).toBeGreaterThan(7);
    expect(result.objective).toBeLessThan(9);
  });

  it("gives the same bits again and the plain version's result", async () => {
    const points = blobs(1500, 8, 12, 5);
    const run = (nearest = nearestByOnnx) =>
      kMeans(points, { ...options, random: seeded(9), clusters: 20, assign: assignHere(points, nearest) });
    const first = await run();
    expect(await run()).toEqual(first);
    expect((await run(nearestReference)).objective).toBeCloseTo(first.objective, 6);
  });

  it("never raises the objective from one iteration to the next", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer(), async (clusters, seed) => {
        const seen: number[] = [];
        const onIteration = (_: number, objective: number) => seen.push(objective);
        const random = seeded(seed);
        const points = blobs(80, 3, 4, seed);
        const assign = assignHere(points, nearestReference);
        await kMeans(points, { ...options, random, clusters, assign, onIteration });
        seen.slice(1).forEach((objective, i) => {
          expect(objective).toBeLessThanOrEqual((seen[i] as number) * (1 + 1e-6));
        });
      }),
      { numRuns: 25 },
    );
  });

  it("leaves no cluster empty when there are enough different points", async () => {
    // Many copies of two points and six stragglers: a start on copies leaves centroids without points.
    const values = Float32Array.from([...new Array(50).fill(0), ...new Array(50).fill(10), 20, 21, 22, 23, 24, 25]);
    const points = { values, rows: values.length, dimensions: 1 };
    const lazy = { ...options, clusters: 8, assign: assignHere(points, nearestReference) };
    for (let seed = 0; seed < 10; seed++) {
      const { sizes } = await kMeans(points, { ...lazy, random: seeded(seed) });
      expect(Math.min(...sizes)).toBeGreaterThan(0);
    }
  });

  it("refuses more clusters than points", async () => {
    const points = blobs(3, 2, 1, 1);
    const few = { ...options, clusters: 4, assign: assignHere(points, nearestReference) };
    await expect(kMeans(points, few)).rejects.toThrow("1 to 3 clusters for 3 points, got 4");
  });
});

describe("sampleIndexes", () => {
  it("draws exactly so many different indexes in order, each equally often", () => {
    const hits = new Float64Array(10);
    const random = seeded(1);
    for (let i = 0; i < 2000; i++) {
      const drawn = sampleIndexes(10, 3, random);
      expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
      expect(drawn).toHaveLength(3);
      for (const index of drawn) hits[index] = (hits[index] as number) + 1;
    }
    for (const count of hits) expect(Math.abs(count - 600)).toBeLessThan(100);
  });
});
