import { DomainSet } from "@climb/proto/clustering/v1/clustering_service";
import { SearchResult } from "@climb/proto/search/v1/search_service";
import { describe, expect, it } from "vitest";
import { worthSplitting } from "./search-refine.js";

const set = DomainSet.fromPartial({
  domains: [
    { id: "d00", clusters: [0, 1, 2] },
    { id: "d01", clusters: [3] },
    { id: "d02", clusters: [4, 5] },
    { id: "d03", clusters: [6, 7] },
  ],
});
const effects = (gains: Record<string, number>) =>
  SearchResult.fromPartial({
    effects: Object.entries(gains).map(([domainId, objective]) => ({ domainId, objective })),
  });

describe("domains that are worth splitting", () => {
  it("are the two of which more gains most, as far as they have clusters to be split into", () => {
    const found = worthSplitting(effects({ d00: -0.001, d01: -0.01, d02: -0.003, d03: -0.002 }), set);
    expect(found).toEqual([
      { domainId: "d02", into: 2 },
      { domainId: "d03", into: 2 },
    ]);
  });

  it("are none where nothing gains by more weight, which is said", () => {
    expect(() => worthSplitting(effects({ d00: 0.001, d01: -0.01 }), set)).toThrow("name those to split with --split");
  });
});
