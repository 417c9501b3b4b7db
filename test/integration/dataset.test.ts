import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyDataset } from "../../cli/src/dataset/verify.js";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { climb } from "../support/command-line.js";
import { type SimulatedTrainer, simulateTrainer } from "../support/simulated-trainer.js";

let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let training: Client<typeof TrainingServiceDefinition>;
let trainer: SimulatedTrainer;
let out: string;
let dataset: string;
let search: Search;

beforeAll(async () => {
  folder = await temporaryDirectory();
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent" });
  client = createClient(SearchServiceDefinition, suite.address);
  training = createClient(TrainingServiceDefinition, suite.address);
  trainer = simulateTrainer(training, "simulated", () => 2);
  const path = writeSmallSearch(join(folder.path, "input"), 20_000);
  const yaml = readFileSync(path, "utf8");
  const more = "trainer: simulated\nstrategy: zero-run\ndataset: {shardBytes: 60000, byDomain: true}\n";
  writeFileSync(path, `${yaml}${more}`);
  out = join(folder.path, "out");
  dataset = join(out, "dataset");
  const [result] = (await climb("--address", suite.address, "run", path, "--out", out)) as { id: string }[];
  search = (await client.getSearch({ id: result?.id ?? "" })).search as Search;
}, 120_000);

afterAll(async () => {
  await trainer.close();
  client.close();
  training.close();
  await suite.close();
  await folder[Symbol.asyncDispose]();
});

const nothing = () => {};

describe("a data set that was written", { timeout: 60_000 }, () => {
  it("has each domain's tokens to a thousandth of all, by its manifest, and is verified without a suite", async () => {
    const manifest = JSON.parse(readFileSync(join(dataset, "manifest.json"), "utf8"));
    const weights = new Map(search.result?.domains.map(({ id, weight }) => [id, weight]));
    for (const { id, weight, tokens, wanted, share } of manifest.sample.domains) {
      expect(weight).toBe(weights.get(id));
      expect(Math.abs(tokens - wanted)).toBeLessThanOrEqual(0.001 * manifest.sample.tokens);
      expect(share).toBeCloseTo(weight, 2.5);
      if (weight > 0) expect(tokens).toBeGreaterThan(0);
    }
    const [found] = await climb("dataset", "verify", dataset);
    expect(found).toMatchObject({ faults: [], documents: manifest.documents });
    expect((found as { greatestDeviation: number }).greatestDeviation).toBeLessThan(0.001);
  });

  it("is told from one that was changed, cut short, or has what it should not, every fault at once", async () => {
    const copy = join(folder.path, "copy");
    cpSync(dataset, copy, { recursive: true });
    const [first = "", second = ""] = Object.keys(JSON.parse(readFileSync(join(copy, "manifest.json"), "utf8")).files)
      .filter((name) => name.startsWith("train-"))
      .sort();
    const bytes = readFileSync(join(copy, first));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    writeFileSync(join(copy, first), bytes);
    renameSync(join(copy, second), join(copy, "train-extra.parquet"));
    const { faults } = await verifyDataset(copy, nothing);
    expect(faults).toContain("train-extra.parquet is not of this data set");
    expect(faults).toContain(`${first} does not have its SHA-256: it was changed`);
    expect(faults).toContain(`${second} is missing`);
    expect(faults.some((fault) => /^domain d0\d has \d+ documents/.test(fault))).toBe(true);
    await expect(climb("dataset", "verify", copy)).rejects.toThrow("the data set is not what was planned");
    await expect(climb("dataset", "verify", folder.path)).rejects.toThrow("manifest.json: cannot be read");
  });
});
