import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import type { Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, wideTokenizer, writeSmallSearch } from "@climb/testkit";
import { parse as csv } from "csv-parse/sync";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { verifyDataset } from "../../cli/src/dataset/verify.js";
import type { Suite } from "../../cli/src/suite.js";
import { climb } from "../support/command-line.js";
import { type SimulatedSuite, startSimulatedSuite } from "../support/simulated-suite.js";

let simulated: SimulatedSuite;
let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let out: string;
let dataset: string;
let search: Search;

beforeAll(async () => {
  simulated = await startSimulatedSuite(() => 2);
  ({ folder, suite, client } = simulated);
  const path = writeSmallSearch(join(folder.path, "input"), 20_000);
  const yaml = readFileSync(path, "utf8");
  const more = "trainer: simulated\nstrategy: zero-run\ndataset: {shardBytes: 60000, byDomain: true}\n";
  writeFileSync(path, `${yaml}${more}`);
  out = join(folder.path, "out");
  dataset = join(out, "dataset");
  const [result] = (await climb("--address", suite.address, "run", path, "--out", out)) as { id: string }[];
  search = (await client.getSearch({ id: result?.id ?? "" })).search as Search;
}, 240_000);

afterAll(() => simulated[Symbol.asyncDispose]());

const nothing = () => {};

describe("the runs of a search", () => {
  it("are a table for spreadsheets too, with a column for each target and domain", () => {
    const [header = [], ...rows] = csv(readFileSync(join(out, "runs.csv"), "utf8")) as string[][];
    const lines = readFileSync(join(out, "runs.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(lines.length);
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(column("id")).toEqual(lines.map(({ id }) => id));
    expect(column("origin")).toEqual(lines.map(({ origin }) => origin));
    expect(column("bpb sea").map(Number)).toEqual(lines.map(({ tasks }) => tasks[0].bitsPerByte));
    for (const id of search.result?.domains.map((domain) => domain.id) ?? [])
      expect(column(`weight ${id}`).map(Number)).toEqual(lines.map(({ weights }) => weights[id]));
  });
});

describe("a data set that was written", { timeout: 120_000 }, () => {
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
    await expect(climb("dataset", "verify", folder.path)).rejects.toThrow(
      "manifest.json: does not exist; expected the folder of a data set",
    );
  });
});

describe("an export for a loader that mixes on the fly", { timeout: 120_000 }, () => {
  const exported = async (loader: string, ...more: string[]) => {
    const to = join(folder.path, loader);
    await climb("--address", suite.address, "dataset", "export", search.id, "--for", loader, "--out", to, ...more);
    const text = (name: string) => readFileSync(join(to, name), "utf8");
    return { to, text, bytes: (name: string) => readFileSync(join(to, name)), plan: JSON.parse(text("manifest.json")) };
  };
  const used = () => search.result?.domains.filter(({ weight }) => weight > 0) ?? [];

  it("is indexed data sets and a blend for Megatron, every document a sequence that ends its text", async () => {
    const { to, text, bytes, plan } = await exported("megatron");
    expect(text("data-path.txt").trim().split(" ")).toEqual(
      used().flatMap(({ id, weight }) => [String(weight), join(to, id)]),
    );
    for (const { id, tokens } of used()) {
      const index = bytes(`${id}.idx`);
      expect(index.subarray(0, 9).toString("latin1")).toBe("MMIDIDX\0\0");
      expect([index.readBigUInt64LE(9), index.readUInt8(17)]).toEqual([1n, 8]);
      const [sequences, documents] = [Number(index.readBigUInt64LE(18)), Number(index.readBigUInt64LE(26))];
      expect([documents, index.length]).toEqual([sequences + 1, 34 + sequences * 12 + documents * 8]);
      const data = bytes(`${id}.bin`);
      const length = (i: number) => index.readInt32LE(34 + 4 * i);
      let begin = 0;
      for (let i = 0; i < sequences; i++) {
        expect(Number(index.readBigInt64LE(34 + 4 * sequences + 8 * i))).toBe(begin);
        begin += 2 * length(i);
        expect(data.readUInt16LE(begin - 2)).toBe(data.readUInt16LE(data.length - 2));
      }
      expect(begin).toBe(data.length);
      expect(begin).toBe(2 * Number(tokens));
    }
    expect(plan).toMatchObject({ loader: "megatron", unit: "tokens", searchId: search.id });
  });

  it("is a source mixture and raw arrays for OLMo-core", async () => {
    const { to, text, bytes } = await exported("olmo-core");
    const { sources } = parse(text("source-mixture.yaml"));
    expect(
      sources.map(({ source_name, target_ratio, paths }: Record<string, unknown>) => [
        source_name,
        target_ratio,
        paths,
      ]),
    ).toEqual(used().map(({ id, weight }) => [id, weight, [join(to, `${id}.npy`)]]));
    for (const { id, tokens } of used()) expect(bytes(`${id}.npy`).length).toBe(2 * Number(tokens));
  });

  it("is the mixture itself for nanoGPT, to a hundredth by domain and the tokens that were asked for", async () => {
    const { text, bytes } = await exported("nanogpt", "--tokens", "40000");
    const meta = JSON.parse(text("meta.json"));
    expect(Math.abs(meta.tokens.train - 40_000)).toBeLessThan(400);
    expect(bytes("train.bin").length).toBe(2 * meta.tokens.train);
    const last = bytes("val.bin");
    expect(last.readUInt16LE(last.length - 2)).toBe(meta.eot);
  });

  it("is drawn by documents for Hugging Face and MosaicML, at rates that give the weights as shares of tokens", async () => {
    const { to, text, plan } = await exported("huggingface");
    expect(plan.unit).toBe("documents");
    const { data_files: files, probabilities } = JSON.parse(text("interleave.json"));
    expect(Object.keys(files)).toEqual(used().map(({ id }) => id));
    const counts = await Promise.all(
      used().map(async ({ id }) => {
        const names: string[] = files[id];
        const metadata = await Promise.all(
          names.map(async (name) => parquetMetadataAsync(await asyncBufferFromFile(join(to, name)))),
        );
        return metadata.reduce((total, { num_rows }) => total + Number(num_rows), 0);
      }),
    );
    const drawn = used().map(({ tokens }, j) => (probabilities[j] * Number(tokens)) / (counts[j] ?? 0));
    const total = drawn.reduce((a, b) => a + b, 0);
    used().forEach(({ weight }, j) => void expect((drawn[j] ?? 0) / total).toBeCloseTo(weight, 9));

    const mosaic = await exported("mosaicml");
    const streams = JSON.parse(mosaic.text("streams.json"));
    expect(streams.map(({ proportion }: { proportion: number }) => proportion)).toEqual(probabilities);
    const { id = "" } = used()[0] ?? {};
    const { shards } = JSON.parse(mosaic.text(`${id}/index.json`));
    const [shard] = shards;
    expect(shard).toMatchObject({ format: "mds", version: 2, column_names: ["id", "text"], samples: counts[0] });
    const data = mosaic.bytes(`${id}/${shard.raw_data.basename}`);
    expect([data.readUInt32LE(0), data.length]).toEqual([counts[0], shard.raw_data.bytes]);
    const sample = data.subarray(data.readUInt32LE(4), data.readUInt32LE(8));
    const [idBytes, textBytes] = [sample.readUInt32LE(0), sample.readUInt32LE(4)];
    expect(sample.subarray(8, 8 + idBytes).toString("utf8")).toMatch(/^doc-\d+$/);
    expect(8 + idBytes + textBytes).toBe(sample.length);
  });
});

describe("a search with a tokenizer of BERT's kind and more than 65,536 entries", { timeout: 120_000 }, () => {
  const wide = () => join(folder.path, "wide");
  const written = async (tokenizer: string) => {
    const path = join(folder.path, "input", "wide.yaml");
    const yaml = readFileSync(join(folder.path, "input", "search.yaml"), "utf8")
      .replace("vocabulary: 512\n", "")
      .replace("seed: 3", "seed: 4");
    writeFileSync(path, `${yaml}tokenizer: ${tokenizer}\n`);
    return climb("--address", suite.address, "run", path, "--out", wide());
  };
  let id = "";

  it("is refused because it loses text, and says what was lost where that is allowed", async () => {
    const fixture = new URL("../../services/proxy-training/fixtures/tokenizers/bert.json", import.meta.url);
    const file = join(folder.path, "tokenizer.json");
    writeFileSync(file, JSON.stringify(wideTokenizer(JSON.parse(readFileSync(fixture, "utf8")), 70_000)));
    await expect(written(file)).rejects.toThrow('it gives the same ids to "Cat" and "cat"');
    const [found] = (await written(`{path: ${file}, allowLossy: true}`)) as { id: string }[];
    id = found?.id ?? "";
    const { warnings } = JSON.parse(readFileSync(join(wide(), "mixture.json"), "utf8"));
    expect(warnings).toContainEqual(expect.stringContaining("The tokenizer loses text: it gives the same ids to"));
    const [dataset] = await climb("dataset", "verify", join(wide(), "dataset"));
    expect(dataset).toMatchObject({ faults: [] });
    expect((dataset as { greatestDeviation: number }).greatestDeviation).toBeLessThan(0.002);
  });

  it("uses the vectors of the search before it, which had another seed", async () => {
    const embedding = createClient(EmbeddingServiceDefinition, suite.address);
    const { embeddingSets } = await embedding.listEmbeddingSets({});
    embedding.close();
    expect(embeddingSets).toHaveLength(1);
    const { search: found } = await client.getSearch({ id });
    expect(found?.embeddingSetId).toBe(search.embeddingSetId);
    expect(found?.domainSetId).not.toBe(search.domainSetId);
  });

  it("is exported for Megatron, OLMo-core and nanoGPT in 32 bits", async () => {
    const used = (await client.getSearch({ id })).search?.result?.domains.filter(({ weight }) => weight > 0) ?? [];
    const exported = async (loader: string, ...more: string[]) => {
      const to = join(wide(), loader);
      await climb("--address", suite.address, "dataset", "export", id, "--for", loader, "--out", to, ...more);
      return (name: string) => readFileSync(join(to, name));
    };
    const megatron = await exported("megatron");
    const olmo = await exported("olmo-core");
    for (const { id: domain, tokens } of used) {
      const [index, data] = [megatron(`${domain}.idx`), megatron(`${domain}.bin`)];
      expect([index.readUInt8(17), data.length]).toEqual([4, 4 * Number(tokens)]);
      const sequences = Number(index.readBigUInt64LE(18));
      const [length, begin] = [index.readInt32LE(34), Number(index.readBigInt64LE(34 + 4 * sequences + 8))];
      expect(begin).toBe(4 * length);
      expect(data.readInt32LE(begin - 4)).toBe(data.readInt32LE(data.length - 4));
      expect(data.readInt32LE(begin - 4)).toBeGreaterThanOrEqual(70_000);
      expect(olmo(`${domain}.npy`)).toEqual(data);
    }
    const nanogpt = await exported("nanogpt", "--tokens", "40000");
    const meta = JSON.parse(nanogpt("meta.json").toString("utf8"));
    expect(meta.dtype).toBe("uint32");
    expect(nanogpt("train.bin").length).toBe(4 * meta.tokens.train);
    expect(nanogpt("val.bin").readUInt32LE(nanogpt("val.bin").length - 4)).toBe(meta.eot);
  });
});

const python = process.env.CLIMB_PYTHON ?? "python3";
const imports = (name: string) => spawnSync(python, ["-c", `import ${name}`]).status === 0;

describe("the runs of a search for experiment trackers", { timeout: 120_000 }, () => {
  const exported = async (tracker: string) => {
    const to = join(folder.path, tracker);
    const [told] = await climb(
      "--address",
      suite.address,
      "search",
      "export",
      search.id,
      "--for",
      tracker,
      "--out",
      to,
    );
    return { to, runs: (told as { runs: number }).runs };
  };
  const lines = () =>
    readFileSync(join(out, "runs.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

  it("are an experiment of MLflow's file store: the answer with its files, and each run with weights and values", async () => {
    const { to, runs } = await exported("mlflow");
    const [experiment = ""] = readdirSync(to);
    const home = join(to, experiment);
    expect(parse(readFileSync(join(home, "meta.yaml"), "utf8"))).toMatchObject({ lifecycle_stage: "active" });
    const ids = readdirSync(home).filter((name) => name !== "meta.yaml");
    expect(ids).toHaveLength(runs);
    expect(runs).toBe(1 + new Set(lines().map(({ id }) => id)).size);
    const value = (id: string, ...path: string[]) => readFileSync(join(home, id, ...path), "utf8");
    const [answer = ""] = ids.filter((id) => value(id, "tags", "climb.kind") === "answer");
    expect(readdirSync(join(home, answer, "artifacts"))).toEqual(
      expect.arrayContaining(["mixture.json", "report.html"]),
    );
    expect(Number(value(answer, "metrics", "objective").split(" ")[1])).toBe(search.result?.objective?.mean);
    for (const { id, weight } of search.result?.domains ?? [])
      expect(Number(value(answer, "params", "weight", id))).toBe(weight);
    const [first] = lines();
    const same = ids.filter((id) =>
      value(id, "tags", "mlflow.runName").endsWith(`${first.origin}, seed ${first.seed}`),
    );
    expect(same.length).toBeGreaterThan(0);
    expect(Number(value(same[0] ?? "", "metrics", "bpb", "sea").split(" ")[1])).toBe(first.tasks[0].bitsPerByte);
  });

  it("are runs of W&B's offline mode, each a log whose frames and sums are right", async () => {
    const { to, runs } = await exported("wandb");
    const folders = readdirSync(to);
    expect(folders).toHaveLength(runs);
    for (const name of folders) {
      const [file = ""] = readdirSync(join(to, name)).filter((each) => each.endsWith(".wandb"));
      const log = readFileSync(join(to, name, file));
      expect(log.subarray(0, 7).toString("latin1")).toBe(":W&B\xe1\xbe\0");
      let records = 0;
      for (let at = 7; at < log.length; ) {
        const [sum, length, type] = [log.readUInt32LE(at), log.readUInt16LE(at + 4), log.readUInt8(at + 6)];
        expect(sum).toBe(crc32(log.subarray(at + 6, at + 7 + length)));
        if (type === 1 || type === 4) records++;
        at += 7 + length;
      }
      expect(records).toBe(4);
    }
  });

  it.skipIf(!imports("mlflow"))(`are read by MLflow itself (run if ${python} imports mlflow)`, async () => {
    const { to, runs } = await exported("mlflow");
    const program = `
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1])
found = [run for e in client.search_experiments() for run in client.search_runs([e.experiment_id], max_results=1000)]
print(json.dumps([[r.data.metrics, r.data.params, r.info.status] for r in found]))`;
    const { stdout, stderr } = spawnSync(python, ["-W", "ignore", "-c", program, `file://${to}`], { encoding: "utf8" });
    const found = JSON.parse(stdout.trim().split("\n").at(-1) || stderr) as [Record<string, number>, unknown, string][];
    expect(found).toHaveLength(runs);
    expect(found.map(([metrics]) => metrics.objective)).toContain(search.result?.objective?.mean);
    expect(found.every(([, , status]) => status === "FINISHED")).toBe(true);
  });

  it.skipIf(!imports("wandb"))(`are read by W&B's own reader (run if ${python} imports wandb)`, async () => {
    const { to } = await exported("wandb");
    const program = `
import glob, json, sys
from wandb.proto import wandb_internal_pb2
from wandb.sdk.internal.datastore import DataStore
answers = []
for path in glob.glob(sys.argv[1] + "/*/*.wandb"):
    store = DataStore()
    store.open_for_scan(path)
    records = []
    while (data := store.scan_data()) is not None:
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        records.append(record)
    assert [r.WhichOneof("record_type") for r in records] == ["run", "history", "summary", "exit"], records
    answers.append([records[0].run.job_type, {i.key: json.loads(i.value_json) for i in records[2].summary.update},
        {i.key: json.loads(i.value_json) for i in records[0].run.config.update}])
print(json.dumps(answers))`;
    const { stdout, stderr } = spawnSync(python, ["-c", program, to], { encoding: "utf8" });
    const found = JSON.parse(stdout.trim().split("\n").at(-1) || stderr) as [string, Record<string, number>, object][];
    const [, summary, config] = found.find(([kind]) => kind === "answer") ?? [];
    expect(summary?.objective).toBe(search.result?.objective?.mean);
    const [{ id = "", weight = 0 } = {}] = search.result?.domains ?? [];
    expect(config).toMatchObject({ [`weight/${id}`]: String(weight) });
  });
});
