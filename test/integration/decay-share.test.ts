import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { climb } from "../support/command-line.js";

interface Run {
  role: string;
  mixture: number[];
  origin: string;
}

const SHARE = 0.25;
let folder: TemporaryDirectory;
let path: string;
let out: string;
let runs: Run[];
let mixture: {
  weights: Record<string, number>;
  domains: { id: string; tokens: number; weight: number; repetition: number }[];
  parts: { name: string; share: number; weights: Record<string, number> }[];
  baselines: { name: string; mixture: number[] }[];
};
const read = (...parts: string[]) => JSON.parse(readFileSync(join(out, ...parts), "utf8"));
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

beforeAll(async () => {
  folder = await temporaryDirectory();
  path = writeSmallSearch(join(folder.path, "input"), 5_000);
  writeFileSync(path, `${readFileSync(path, "utf8")}decayShare: ${SHARE}\n`);
  out = join(folder.path, "out");
  await climb("--data-dir", join(folder.path, "data"), "run", path, "--out", out);
  const lines = readFileSync(join(out, "runs.jsonl"), "utf8").trim().split("\n");
  runs = lines.map((line) => JSON.parse(line));
  mixture = read("mixture.json");
}, 240_000);

afterAll(() => folder[Symbol.asyncDispose]());

describe("a search of two mixtures, one for the decay", () => {
  it("trains and tells mixtures of both, each part with its share", () => {
    for (const { mixture: weights } of runs) {
      expect(weights).toHaveLength(8);
      expect(sum(weights.slice(0, 4))).toBeCloseTo(1 - SHARE, 5);
      expect(sum(weights.slice(4))).toBeCloseTo(SHARE, 5);
    }
    const differ = runs.filter(({ mixture: weights }) =>
      weights
        .slice(0, 4)
        .some((weight, j) => Math.abs(weight / (1 - SHARE) - (weights[4 + j] as number) / SHARE) > 0.05),
    );
    expect(differ.length).toBeGreaterThan(0);
    expect(mixture.parts.map(({ name, share }) => [name, share])).toEqual([
      ["general", 1 - SHARE],
      ["decay", SHARE],
    ]);
    for (const { weights } of mixture.parts) expect(sum(Object.values(weights))).toBeCloseTo(1, 9);
  });

  it("compares with baselines that are the same in both, and keeps one limit of repetition over both", () => {
    const proportional = mixture.baselines.find(({ name }) => name === "proportional")?.mixture ?? [];
    proportional.slice(0, 4).forEach((weight, j) => {
      expect((proportional[4 + j] as number) / SHARE).toBeCloseTo(weight / (1 - SHARE), 4);
    });
    const tokens = sum(mixture.domains.slice(0, 4).map((domain) => domain.tokens));
    mixture.domains.slice(0, 4).forEach(({ weight, tokens: own, repetition }, j) => {
      const both = weight + (mixture.domains[4 + j]?.weight ?? 0);
      expect(repetition).toBeCloseTo((both * tokens) / own, 6);
      expect(repetition).toBeLessThanOrEqual(4.001);
    });
  });

  it("writes a data set for each, which repeat no document before all of its domain were taken", () => {
    const [before, decay] = [read("dataset", "manifest.json"), read("dataset-decay", "manifest.json")];
    expect(existsSync(join(out, "dataset-decay", "README.md"))).toBe(true);
    const total = before.sample.tokens + decay.sample.tokens;
    expect(decay.sample.tokens / total).toBeCloseTo(SHARE, 2);
    before.sample.domains.forEach(
      (domain: { distinct: number; documents: number; inCorpus: { documents: number } }, j: number) => {
        const other = decay.sample.domains[j];
        const both = domain.documents + other.documents;
        // Level over both: what both have in all is reached with as many different documents as there are.
        if (both <= domain.inCorpus.documents) expect(domain.distinct + other.distinct).toBe(both);
      },
    );
  });

  it("is refused beside what has one mixture", async () => {
    const wrong = join(folder.path, "input", "wrong.yaml");
    writeFileSync(wrong, `${readFileSync(path, "utf8")}strategy: gradient\n`);
    const refused = climb("--data-dir", join(folder.path, "data"), "run", wrong, "--out", join(folder.path, "no"));
    await expect(refused).rejects.toThrow(/decay_?[sS]hare/);
  });
});
