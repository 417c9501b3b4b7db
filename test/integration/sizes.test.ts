import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { climb } from "../support/command-line.js";

interface Run {
  id: string;
  role: string;
  round: number;
  proxy: string;
  seed: number;
  mixture: number[];
  tokens: number;
}

let folder: TemporaryDirectory;
let out: string;
let path: string;
let runs: Run[];
const readRuns = (from: string): Run[] =>
  readFileSync(join(from, "runs.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  folder = await temporaryDirectory();
  path = writeSmallSearch(join(folder.path, "input"), 5_000);
  const asked = readFileSync(path, "utf8").replace("rounds: [4, 2]", "rounds: [8, 4]");
  const smaller = "smallerProxies: [{preset: nano, width: 16, heads: 2, layers: 1}]";
  writeFileSync(path, `${asked.replace("proxy: nano", `proxy: nano\n${smaller}`)}dataset: false\n`);
  out = join(folder.path, "out");
  await climb("--data-dir", join(folder.path, "data"), "run", path, "--out", out);
  runs = readRuns(out);
}, 240_000);

afterAll(() => folder[Symbol.asyncDispose]());

describe("a search by proxies of two sizes", () => {
  const of = (role: string, round?: number) =>
    runs.filter((run) => run.role === role && (round === undefined || run.round === round));
  const mixtures = (found: Run[]) => found.map(({ mixture }) => mixture.join());

  it("spends half of the first round on the smaller one, which trains what the other trains and more", () => {
    expect(of("explore", 1)).toHaveLength(4);
    const smaller = mixtures(of("smaller", 1));
    for (const twin of mixtures([...of("explore", 1), ...of("baseline", 1)])) expect(smaller).toContain(twin);
    const others = smaller.length - of("explore", 1).length - of("baseline", 1).length;
    expect(others).toBeGreaterThan(4);
    expect(new Set(of("smaller").map(({ seed }) => seed))).toEqual(new Set([3]));
  });

  it("confirms the answer with the proxy itself, and says how far both order mixtures alike", () => {
    const mixture = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
    const [transfer] = mixture.transfer;
    expect(transfer.smallerParameters).toBeLessThan(transfer.parameters);
    expect(transfer.runs).toBe(of("smaller").length);
    expect(transfer.mixtures).toBeGreaterThanOrEqual(of("explore").length);
    expect(transfer.rankCorrelation.lower).toBeLessThan(transfer.rankCorrelation.upper);
    const { sentence } = mixture.checks.find(({ name }: { name: string }) => name === "transfer");
    expect(sentence).toContain(`order ${transfer.mixtures} mixtures with a rank correlation of`);
    expect(mixture.provenance.smallerProxies).toHaveLength(1);
    const confirmed = mixtures(of("confirm"));
    expect(confirmed).toContain(Object.values(mixture.weights).join());
    const ids = new Set(of("smaller").map(({ id }) => id));
    expect(of("confirm").some(({ id }) => ids.has(id))).toBe(false);
  });

  it("goes on with further rounds where it ended, its earlier runs as they were", async () => {
    const longer = join(folder.path, "longer.yaml");
    const asked = readFileSync(path, "utf8").replace("rounds: [8, 4]", "rounds: [8, 4, 3]");
    writeFileSync(
      longer,
      asked.replaceAll(/(corpus|target)\.jsonl/g, (file) => join(folder.path, "input", file)),
    );
    const more = join(folder.path, "more");
    await climb("--data-dir", join(folder.path, "data"), "run", longer, "--out", more);
    const before = runs.filter(({ role }) => role !== "confirm").map((run) => run.id);
    expect(readRuns(more).map((run) => run.id)).toEqual(expect.arrayContaining(before));
  }, 240_000);

  it("is refused where a proxy is no smaller, or beside what is of one size", async () => {
    const wrong = join(folder.path, "input", "wrong.yaml");
    const asked = readFileSync(path, "utf8").replace(/smallerProxies: .*/, "smallerProxies: [tiny]");
    writeFileSync(wrong, `${asked}strategy: regmix\n`);
    const refused = climb("--data-dir", join(folder.path, "data"), "run", wrong, "--out", join(folder.path, "no"));
    await expect(refused).rejects.toThrow(/smallerProxies\[0\]\.proxy|smaller_proxies\[0\]\.proxy/);
    await expect(refused).rejects.toThrow(/strategy climb/);
  });
});
