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
  writeFileSync(path, `${readFileSync(path, "utf8")}strategy: gradient\ndataset: false\n`);
  out = join(folder.path, "out");
  await climb("--data-dir", join(folder.path, "data"), "run", path, "--out", out);
}, 240_000);

afterAll(() => folder[Symbol.asyncDispose]());

describe("a search by gradients", () => {
  it("trains one run whose mixture follows the targets, and confirms its mean beside the baselines", () => {
    const runs = readFileSync(join(out, "runs.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const explored = runs.filter(({ role }) => role !== "confirm");
    expect(explored.map(({ origin, round, seed }) => [origin, round, seed])).toEqual([
      ["following the targets' gradients", 1, 3],
    ]);
    const weights: [string, number][] = Object.entries(explored[0].groupWeights);
    expect(weights.reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 9);
    const confirmed = runs.filter(({ origin }) => origin.startsWith("gradient alignment"));
    expect(confirmed.map(({ seed }) => seed)).toEqual([4, 5]);
    if (confirmed[0].origin === "gradient alignment")
      for (const [id, weight] of weights) expect(confirmed[0].weights[id]).toBeCloseTo(weight, 5);

    const mixture = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
    expect(mixture.provenance.settings.strategy).toBe("gradient");
    expect(mixture.baselines.map(({ name }: { name: string }) => name)).toContain("proportional");
    expect(mixture.verdict.sentences.length).toBeGreaterThan(0);
  });
});
