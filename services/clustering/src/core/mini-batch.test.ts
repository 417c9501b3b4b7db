import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { assignHere } from "./chunks.js";
import { kMeans, normaliseRows } from "./kmeans.js";
import { miniBatchKMeans } from "./mini-batch.js";
import { openNearest } from "./nearest.js";
import type { NearestFactory, Points } from "./points.js";

const open = await openNearest();

/** Directions around some centres, of length one. */
function directions(rows: number, dimensions: number, groups: number): Points {
  const random = seeded(8);
  const centres = Float32Array.from({ length: groups * dimensions }, () => random.normal());
  const values = Float32Array.from({ length: rows * dimensions }, (_, i) => {
    const group = Math.floor(i / dimensions) % groups;
    return (centres[group * dimensions + (i % dimensions)] as number) + 0.4 * random.normal();
  });
  const points = { values, rows, dimensions };
  normaliseRows(points);
  return points;
}

/** Counts the points that are compared with the centroids. */
function counted(): { nearest: NearestFactory; rows: () => number } {
  let rows = 0;
  return {
    rows: () => rows,
    nearest: async (centroids) => {
      const find = await open(centroids);
      return (points) => {
        rows += points.rows;
        return find(points);
      };
    },
  };
}

const points = directions(20_000, 16, 12);
const options = () => ({ clusters: 30, maxIterations: 60, tolerance: 1e-6, random: seeded(3) });

describe("mini-batch k-means", () => {
  it("comes near Lloyd's objective with a fraction of the work, and to the same bits each time", async () => {
    const [lloyd, batch] = [counted(), counted()];
    const whole = await kMeans(points, { ...options(), assign: assignHere(points, lloyd.nearest) });
    const run = () =>
      miniBatchKMeans(points, {
        ...options(),
        batchRows: 1000,
        nearest: batch.nearest,
        assign: assignHere(points, batch.nearest),
      });
    const found = await run();
    expect(found.objective).toBeLessThan(1.05 * whole.objective);
    expect(batch.rows()).toBeLessThan(0.5 * lloyd.rows());
    expect(found.sizes.reduce((sum, size) => sum + size, 0)).toBe(points.rows);
    expect([...found.sizes]).not.toContain(0);
    expect((await run()).centroids.values).toEqual(found.centroids.values);
  });
});

describe("spherical k-means", () => {
  it("keeps centroids at length one and maximises the cosine", async () => {
    const assign = assignHere(points, open);
    const { centroids, objective } = await kMeans(points, { ...options(), spherical: true, assign });
    const nearest = await (await open(centroids))(points);
    let cosine = 0;
    for (let r = 0; r < points.rows; r++) {
      for (let i = 0; i < points.dimensions; i++) {
        const at = (nearest[r] as number) * points.dimensions + i;
        cosine += (points.values[r * points.dimensions + i] as number) * (centroids.values[at] as number);
      }
    }
    // ‖x − c‖² = 2 − 2 x·c for vectors of length one.
    expect(objective).toBeCloseTo(2 - (2 * cosine) / points.rows, 4);
    for (let k = 0; k < centroids.rows; k++) {
      const row = centroids.values.subarray(k * points.dimensions, (k + 1) * points.dimensions);
      expect(Math.hypot(...row)).toBeCloseTo(1, 5);
    }
  });
});
