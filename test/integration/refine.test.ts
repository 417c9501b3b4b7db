import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { climb } from "../support/command-line.js";

interface Mixture {
  weights: Record<string, number>;
  domains: { id: string; tokens: number }[];
  earlier: { runs: number; runsCounted: number; kept: string[]; domains: Record<string, { change: string }> };
}

let folder: TemporaryDirectory;
let data: string[];
let before: Mixture;
let searchId: string;
const read = (out: string): Mixture => JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));

beforeAll(async () => {
  folder = await temporaryDirectory();
  const path = writeSmallSearch(join(folder.path, "input"), 5_000);
  writeFileSync(path, `${readFileSync(path, "utf8")}dataset: false\n`);
  data = ["--data-dir", join(folder.path, "data")];
  const out = join(folder.path, "out");
  await climb(...data, "run", path, "--out", out);
  before = read(out);
  const [listed] = (await climb(...data, "search", "list")) as { id: string }[];
  searchId = listed?.id ?? "";
}, 240_000);

afterAll(() => folder[Symbol.asyncDispose]());

describe("a search that is refined", () => {
  it("splits a domain, keeps the ratios of the others, and counts the runs that there are", async () => {
    const whole = Object.keys(before.weights).find((id) => (before.weights[id] ?? 0) > 0.05) ?? "d00";
    const out = join(folder.path, "refined");
    await climb(...data, "search", "refine", searchId, "--split", whole, "--rounds", "4", "--out", out);
    const after = read(out);
    const others = Object.keys(before.weights).filter((id) => id !== whole);
    expect(Object.keys(after.weights).sort()).toEqual([...others, `${whole}.0`, `${whole}.1`].sort());
    expect(after.earlier.runsCounted).toBe(after.earlier.runs);
    expect(after.earlier.domains[`${whole}.0`]?.change).toBe("part");
    const tokens = (mixture: Mixture, ids: string[]) =>
      mixture.domains.filter(({ id }) => ids.includes(id)).reduce((sum, domain) => sum + domain.tokens, 0);
    expect(tokens(after, [`${whole}.0`, `${whole}.1`])).toBe(tokens(before, [whole]));
  }, 240_000);

  it("is refused for a domain that there is not", async () => {
    await expect(climb(...data, "search", "refine", searchId, "--split", "d77")).rejects.toThrow(/d77/);
  });
});
