import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { climb } from "../support/command-line.js";

let folder: TemporaryDirectory;
let out: string;

beforeAll(async () => {
  folder = await temporaryDirectory();
  const path = writeSmallSearch(join(folder.path, "input"), 20_000);
  const yaml = readFileSync(path, "utf8").replace("minQuality: 0}", "minQuality: 0, tiers: 2}");
  writeFileSync(path, `${yaml}dataset: {tokens: 20000}\n`);
  out = join(folder.path, "out");
  await climb("--data-dir", join(folder.path, "data"), "run", path, "--out", out);
}, 240_000);
afterAll(() => folder[Symbol.asyncDispose]());

it("a search by tiers of quality keeps one curve in every mixture that it explores, and counts domains, not tiers", () => {
  const runs = readFileSync(join(out, "runs.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const mixture = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
  const tokens = new Map<string, number>(
    mixture.domains.map(({ id, tokens: own }: { id: string; tokens: number }) => [id, own]),
  );
  const parents = [...new Set([...tokens.keys()].map((id) => id.replace(/\.q\d$/, "")))];
  expect(tokens.size).toBe(2 * parents.length);
  const explored = runs.filter(({ role }) => role === "explore");
  // Budget.rounds is that of the domains alone: [4, 2].
  expect(explored).toHaveLength(6);
  const curves = explored.map(({ weights }) => {
    const ratios = parents.flatMap((parent) => {
      const density = (tier: number) => weights[`${parent}.q${tier}`] / (tokens.get(`${parent}.q${tier}`) as number);
      return weights[`${parent}.q1`] > 0.01 ? [density(2) / density(1)] : [];
    });
    for (const ratio of ratios) expect(ratio / (ratios[0] as number)).toBeCloseTo(1, 2);
    return Math.round(ratios[0] as number);
  });
  for (const curve of curves) expect([1, 2, 4, 8]).toContain(curve);
  expect(new Set(curves.slice(0, 4))).toEqual(new Set([1, 2, 4]));
  for (const { id, parent, tier } of mixture.domains) expect(id).toBe(`${parent}.q${tier}`);
  expect(mixture.domains.map(({ label }: { label: string }) => label)[0]).toMatch(/, quality [12] of 2$/);
});
