import { expect, it } from "vitest";
import { defaultClusters, defaultDomains, fitSampleSize } from "./sizes.js";

it("the default number of clusters grows with the root of the corpus and stops at 1000", () => {
  expect([1, 100, 500, 50_092, 1e6, 1e9].map(defaultClusters)).toEqual([1, 5, 12, 120, 536, 1000]);
});

it("the default number of domains stays where a search can weigh them", () => {
  expect([1, 2, 12, 105, 240, 1000].map(defaultDomains)).toEqual([1, 2, 6, 17, 24, 24]);
});

it("k-means is fitted on everything that is not large, and on 256 points a centroid of the rest", () => {
  expect([fitSampleSize(50_092, 120), fitSampleSize(10_000_000, 1000)]).toEqual([50_092, 256_000]);
});
