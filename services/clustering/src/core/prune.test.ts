import { describe, expect, it } from "vitest";
import { prune } from "./prune.js";
import { rules } from "./quality/rules.js";
import { signalNames } from "./quality/signals.js";
import { emptySummary, type Summary } from "./summary.js";

/** A group whose documents all have this quality, and break one rule in full. */
function group(documents: number, quality: number, broken?: string): Summary {
  const summary = { ...emptySummary(), documents, quality: documents * quality };
  const rule = rules.findIndex(({ name }) => name === broken);
  if (rule >= 0) {
    summary.broken[rule] = documents;
    summary.signals[signalNames.indexOf(rules[rule]?.signal ?? "words")] = 0.5 * documents;
  }
  return summary;
}

describe("prune", () => {
  it("drops clusters by the mean of all their documents and says which rules they broke", () => {
    const fair = [group(90, 4.5), group(10, 2)];
    const poor = [group(0, 0), group(30, 0.5, "markup")];
    const { survivors, pruned } = prune(fair, poor, 2.5);
    expect(survivors).toEqual([0]);
    expect(pruned).toHaveLength(1);
    expect(pruned[0]).toMatchObject({ cluster: 1, whole: true });
    expect(pruned[0]?.summary.documents).toBe(40);
    const told = "mean quality 0.88, below 2.5: mostly markup (markup 0.38, expected at most 0.1)";
    expect(pruned[0]?.reason).toBe(told);
  });

  it("drops the poor documents of a good cluster and keeps the rest", () => {
    const { survivors, pruned } = prune([group(95, 4.8)], [group(5, 0.2, "opaque")], 2.5);
    expect(survivors).toEqual([0]);
    expect(pruned[0]).toMatchObject({ cluster: 0, whole: false });
    expect(pruned[0]?.reason).toContain("5 of 100 documents of a cluster that stays, each below 1.50");
  });

  it("keeps clearly good documents that share a cluster with more poor ones, and none that are middling", () => {
    const poor = [group(8, 0.3, "opaque"), group(8, 0.3, "opaque")];
    const { survivors, pruned } = prune([group(1, 5), group(1, 3.5)], poor, 2.5);
    expect(survivors).toEqual([0]);
    expect(pruned).toMatchObject([
      { cluster: 0, whole: false, summary: { documents: 8 } },
      { cluster: 1, whole: true, summary: { documents: 9 } },
    ]);
  });

  it("drops nothing at limit 0 and leaves empty clusters out", () => {
    const { survivors, pruned } = prune([group(5, 0), group(0, 0)], [group(0, 0), group(0, 0)], 0);
    expect([survivors, pruned]).toEqual([[0], []]);
  });

  it("leaves out documents without a label as such, whatever their quality, and says so where there are no others", () => {
    const none = group(0, 0);
    const { survivors, pruned } = prune([group(5, 4), group(7, 5)], [none, none], 2.5, [], 1);
    expect(survivors).toEqual([0]);
    expect(pruned).toMatchObject([{ cluster: 1, unlabelled: true, reason: "no label" }]);
    expect(() => prune([none, group(7, 5)], [none, none], 0, [], 1)).toThrow("no document of the corpus has a label");
  });

  it("refuses to leave nothing and tells the best quality", () => {
    expect(() => prune([group(5, 1.25)], [group(0, 0)], 2.5)).toThrow("the best has 1.25");
  });
});
