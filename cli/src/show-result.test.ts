import { PrunedCluster } from "@climb/proto/clustering/v1/clustering_service";
import { describe, expect, it } from "vitest";
import { describeLeftOut } from "./show-result.js";

const group = (documents: number, unlabelled = false) =>
  PrunedCluster.fromPartial({ documents: BigInt(documents), unlabelled });

describe("what was left out", () => {
  it("is of low quality or without a label, never both", () => {
    expect(describeLeftOut([group(5), group(40, true), group(2)])).toEqual([
      "pruned: 7 documents in 2 clusters of low quality",
      "unlabelled: 40 documents, which are in no domain",
    ]);
    expect(describeLeftOut([group(40, true)])).toEqual(["unlabelled: 40 documents, which are in no domain"]);
    expect(describeLeftOut([])).toEqual([]);
  });
});
