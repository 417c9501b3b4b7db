import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { climb } from "../support/command-line.js";

let folder: TemporaryDirectory;
let out: string;

beforeAll(async () => {
  folder = await temporaryDirectory();
  const path = writeSmallSearch(join(folder.path, "input"), 20_000);
  writeFileSync(path, `${readFileSync(path, "utf8")}strategy: doremi\ndataset: false\n`);
  out = join(folder.path, "out");
  await climb("--data-dir", join(folder.path, "data"), "run", path, "--out", out);
}, 240_000);

afterAll(() => folder[Symbol.asyncDispose]());

describe("a search by DoReMi", () => {
  it("trains a reference and a proxy, and confirms the mean of the proxy's weights beside the baselines", () => {
    const runs = readFileSync(join(out, "runs.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(runs.slice(0, 2).map(({ origin, round, seed }) => [origin, round, seed])).toEqual([
      ["proportional", 1, 3],
      ["DoReMi's proxy", 2, 3],
    ]);
    const { groupWeights } = runs[1];
    const confirmed = runs.filter(({ role, origin }) => role === "confirm" && origin.startsWith("DoReMi"));
    expect(confirmed.map(({ seed }) => seed)).toEqual([4, 5]);
    const weights: [string, number][] = Object.entries(groupWeights);
    expect(weights.reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 9);
    if (confirmed[0].origin === "DoReMi")
      for (const [id, weight] of weights) expect(confirmed[0].weights[id]).toBeCloseTo(weight, 5);
    expect(runs.filter((run) => run.groupWeights)).toHaveLength(1);

    const mixture = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
    expect(mixture.provenance.settings.strategy).toBe("doremi");
    expect(mixture.baselines.map(({ name }: { name: string }) => name)).toContain("proportional");
    expect(mixture.verdict.sentences.length).toBeGreaterThan(0);
    const names = mixture.checks.map(({ name }: { name: string }) => name);
    expect(names).not.toContain("enough-runs");
    // Nothing is fitted, so nothing is said of what only a fit can tell.
    expect(readFileSync(join(out, "report.html"), "utf8")).not.toContain("<h2>Constraints</h2>");
  });
});
