import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { climb } from "../support/command-line.js";

interface Pretrained {
  uri: string;
  sha256: string;
  run: string;
  mixture: number[];
  tokens: number;
}

let folder: TemporaryDirectory;
let base: Pretrained;
let domainSet: { id: string; domains: { tokens: string }[] };
const inFolder = (name: string) => join(folder.path, name);
const command = (...args: string[]) => climb("--data-dir", inFolder("data"), ...args);

beforeAll(async () => {
  folder = await temporaryDirectory();
  writeSmallSearch(inFolder("input"), 10_000);
  const corpus = join(inFolder("input"), "corpus.jsonl");
  const found = await command("domains", "find", corpus, "--clusters", "8", "--count", "4", "--min-quality", "0");
  domainSet = found.at(-1) as typeof domainSet;
  const pretrain = ["pretrain", "--domains", domainSet.id, "--proxy", "nano", "--tokens", "20000"];
  [base] = (await command(...pretrain, "--save", inFolder("base.safetensors"))) as [Pretrained];
}, 240_000);
afterAll(() => folder[Symbol.asyncDispose]());

/** A SEARCH.yaml whose proxy is given. */
function searchFile(name: string, proxy: string, more = ""): string {
  const path = join(inFolder("input"), name);
  const yaml = [
    `domainSet: ${domainSet.id}`,
    "targets: [{name: sea, paths: target.jsonl}]",
    `proxy: ${proxy}`,
    "budget: {rounds: [3], tokensPerRun: 4000, confirmationSeeds: 2, confirmedMixtures: 1}",
    "dataset: false",
    more,
  ];
  writeFileSync(path, yaml.join("\n"));
  return path;
}

describe("a search from a base", { timeout: 240_000 }, () => {
  it("has a base of the token shares, with its URI and digest, that is the same for who asks again", async () => {
    expect(base.uri).toMatch(/^climb:\/\/sha256\/[0-9a-f]{64}$/);
    expect(base.mixture.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    expect(base.mixture.every((weight) => weight > 0.1)).toBe(true);
    const again = await command("pretrain", "--domains", domainSet.id, "--proxy", "nano", "--tokens", "20000");
    expect(again).toEqual([base]);
  });

  it("decays from it in every run, and says so wherever it says what it was made of", async () => {
    const out = inFolder("out");
    await command("run", searchFile("uri.yaml", `{preset: nano, base: "${base.uri}"}`), "--out", out);
    const { provenance } = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
    expect(provenance.base).toEqual({ sha256: base.sha256, tokens: base.tokens, freshMoments: false });
    expect(provenance.proxy.schedule).toBe("SCHEDULE_DECAY");

    // From the file it is the same search, to the byte.
    const file = inFolder("file");
    await command("run", searchFile("file.yaml", "{preset: nano, base: ../base.safetensors}"), "--out", file);
    expect(readFileSync(join(file, "mixture.json"))).toEqual(readFileSync(join(out, "mixture.json")));
  });

  it("is refused with a base of another shape, another tokenizer or none, with what was found and expected", async () => {
    const refused = (path: string) => expect(command("run", path, "--dry-run")).rejects;
    await refused(searchFile("tiny.yaml", `{preset: tiny, base: "${base.uri}"}`)).toThrow(
      /base: found 2 layers of width 48 with 2 heads.*expected a model of 3 layers of width 64/,
    );
    const tokenizer = new URL("../../services/proxy-training/fixtures/tokenizers/bpe.json", import.meta.url).pathname;
    await refused(searchFile("other.yaml", `{preset: nano, base: "${base.uri}"}`, `tokenizer: ${tokenizer}`)).toThrow(
      /tokenizer: found the tokenizer [0-9a-f]{64} with \d+ entries, expected none, or the tokenizer [0-9a-f]{64}/,
    );
    const alone = inFolder("alone.safetensors");
    const mixture = inFolder("mixture.json");
    writeFileSync(mixture, JSON.stringify({ d00: 1 }));
    const target = join(inFolder("input"), "target.jsonl");
    const train = ["train", "--domains", domainSet.id, "--mixture", mixture, "--targets", target, "--proxy", "nano"];
    await command(...train, "--tokens", "2000", "--save", alone);
    await refused(searchFile("alone.yaml", "{preset: nano, base: ../alone.safetensors}")).toThrow(
      /base: found a checkpoint without a tokenizer, expected one that climb pretrain made/,
    );
    await refused(searchFile("nowhere.yaml", "{preset: nano, base: ../nowhere.safetensors}")).toThrow("base.path");
  });

  it("merges components where it is asked to: explores averages without training, and confirms by training", async () => {
    const out = inFolder("merged");
    const proxy = `{preset: nano, base: "${base.uri}"}`;
    const path = searchFile("merge.yaml", proxy, "strategy: merge");
    writeFileSync(path, readFileSync(path, "utf8").replace("rounds: [3]", "rounds: [4, 3]"));
    await command("run", path, "--out", out);
    const runs = readFileSync(join(out, "runs.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const of = (role: string) => runs.filter((run) => run.role === role);
    expect(of("component").map(({ mixture }) => mixture)).toEqual(
      [0, 1, 2, 3].map((j) => [0, 1, 2, 3].map((k) => (k === j ? 1 : 0))),
    );
    expect(of("explore").map(({ round }) => round)).toEqual([2, 2, 2, 2, 3, 3, 3]);
    for (const run of [...of("explore"), ...of("baseline")]) expect(run.tokens).toBe(0);
    for (const run of [...of("component"), ...of("confirm"), ...of("replicate")]) expect(run.tokens).toBeGreaterThan(0);
    const mixture = JSON.parse(readFileSync(join(out, "mixture.json"), "utf8"));
    expect(mixture.provenance.settings.strategy).toBe("merge");
    const check = mixture.checks.find(({ name }: { name: string }) => name === "merged-order");
    expect(check.sentence).toMatch(/^Of \d confirmed mixtures, averages of components and trained models are ordered/);
    expect(mixture.verdict.sentences.length).toBeGreaterThan(0);

    await expect(command("run", searchFile("baseless.yaml", "nano", "strategy: merge"), "--dry-run")).rejects.toThrow(
      "base: found nothing, expected a base, because only models with a common beginning can be averaged",
    );
  });
});
