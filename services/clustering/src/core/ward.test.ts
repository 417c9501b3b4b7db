import { describe, expect, it } from "vitest";
import { cutTree, groupCentroids, wardTree } from "./ward.js";

// Made with scipy 1.17.1: X as below, R = np.repeat(X, w, axis=0), linkage(X, "ward") and linkage(R, "ward"),
// fcluster(Z, count, "maxclust"). The copies of one point merge at distance 0 first; the last n−1 merges are ours.
const points = [
  [0.0, 0.3, -0.27],
  [-0.89, -0.45, -0.99],
  [0.06, 1.34, -0.49],
  [-0.62, 0.49, 0.36],
  [0.11, -0.93, -0.03],
  [0.7, -1.34, -0.46],
  [-1.9, -1.29, -1.84],
  [-0.24, -1.27, 0.27],
  [0.16, -0.19, -2.52],
];
const weights = [1, 3, 2, 1, 1, 4, 2, 1, 3];
const flat = Float32Array.from(points.flat());

describe("wardTree", () => {
  it("equals scipy's tree for points of equal weight", () => {
    const merges = wardTree(flat, 3, new Array(9).fill(1));
    expect(merges.map(({ left, right, weight }) => [left, right, weight])).toEqual([
      [4, 7, 2],
      [0, 3, 2],
      [5, 9, 3],
      [2, 10, 3],
      [1, 6, 2],
      [8, 13, 3],
      [11, 12, 6],
      [14, 15, 9],
    ]);
    const distances = [0.5728, 0.904102, 1.142643, 1.324714, 1.564672, 2.338504, 3.339571, 3.878456];
    merges.forEach(({ distance }, i) => {
      expect(distance).toBeCloseTo(distances[i] as number, 5);
    });
  });

  it("treats a centroid of weight w as w equal points", () => {
    const merges = wardTree(flat, 3, weights);
    const distances = [0.5728, 0.904102, 1.615941, 1.622436, 2.42398, 3.817115, 4.82648, 5.406768];
    // scipy's distances are those of points of weight one; ours are of weight w / 2, 2 being the mean weight.
    merges.forEach(({ distance }, i) => {
      expect(distance * Math.SQRT2).toBeCloseTo(distances[i] as number, 5);
    });
    expect(merges.map(({ weight }) => Math.round(weight))).toEqual([2, 2, 6, 4, 5, 8, 10, 18]);
  });
});

describe("cutTree", () => {
  const merges = wardTree(flat, 3, weights);

  it.each([
    [2, [2, 1, 2, 2, 2, 2, 1, 2, 1]],
    [3, [3, 1, 3, 3, 2, 2, 1, 2, 1]],
    [4, [4, 2, 4, 4, 3, 3, 2, 3, 1]],
  ])("gives scipy's %i groups", (count, expected) => {
    const names = new Map<number, number>();
    const renumbered = expected.map((group) => {
      const number = names.get(group) ?? names.size;
      names.set(group, number);
      return number;
    });
    expect([...cutTree(9, merges, { groups: count })]).toEqual(renumbered);
  });

  it("keeps all leaves apart below the first distance and joins all above the last", () => {
    expect(new Set(cutTree(9, merges, { distance: 0.1 })).size).toBe(9);
    expect(new Set(cutTree(9, merges, { distance: 100 })).size).toBe(1);
  });

  it("refuses more groups than leaves", () => {
    expect(() => cutTree(9, merges, { groups: 10 })).toThrow("1 to 9 domains, got 10");
  });
});

describe("groupCentroids", () => {
  it("weighs the rows by their size", () => {
    const centroids = Float32Array.from([0, 0, 3, 3, 8, 0]);
    expect([...groupCentroids(centroids, 2, [2, 1, 5], Int32Array.from([0, 0, 1]))]).toEqual([1, 1, 8, 0]);
  });
});
