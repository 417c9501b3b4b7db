import { seeded } from "@climb/numeric";
import { describe, expect, it } from "vitest";
import { kMeans } from "../core/kmeans.js";
import { openNearest } from "../core/nearest.js";
import type { Points } from "../core/points.js";
import { withAssign } from "./k-means.js";

function points(rows: number, dimensions: number): Points {
  const random = seeded("threads");
  return { values: Float32Array.from({ length: rows * dimensions }, () => random.normal()), rows, dimensions };
}

describe("k-means shared among threads", () => {
  it("gives the same bits with one, two and three of them", async () => {
    const nearest = await openNearest();
    const data = points(20_000, 12);
    const run = (threads: number) =>
      withAssign(data, threads, nearest, (assign) =>
        kMeans(data, { clusters: 30, maxIterations: 6, tolerance: 0, random: seeded(1), assign }),
      );
    const alone = await run(1);
    expect(await run(2)).toEqual(alone);
    expect(await run(3)).toEqual(alone);
  });
});
