import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClusteringServiceDefinition, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import {
  DatasetSpec,
  RunRole,
  type Search,
  SearchServiceDefinition,
  SearchSpec,
  Strategy,
} from "@climb/proto/search/v1/search_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { artifactBytes } from "../support/artifacts.js";

const tokenizer = fileURLToPath(new URL("../../services/proxy-training/fixtures/tokenizers/bpe.json", import.meta.url));

let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let spec: SearchSpec;

beforeAll(async () => {
  folder = await temporaryDirectory();
  spec = readSearchFile(writeSmallSearch(join(folder.path, "input"), 20_000));
  if (spec.input?.$case === "corpus" && spec.input.value.source) spec.input.value.source.carry = ["topic"];
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent" });
  client = createClient(SearchServiceDefinition, suite.address);
});

afterAll(async () => {
  client.close();
  await suite.close();
  await folder[Symbol.asyncDispose]();
});

/** What the corpus says of a document by its id. */
const topicOf = (id: string) => ["sea", "kitchen", "law", "stars"][Number(id.slice(4)) % 4];

const bytesOf = (artifact: { uri: string } | undefined) => artifactBytes(join(folder.path, "data"), artifact?.uri);

async function lastOf(id: string): Promise<Search> {
  let last: Search | undefined;
  let sequence = -1n;
  for await (const message of client.watchSearch({ id, afterSequence: 0n })) {
    expect(message.sequence).toBeGreaterThanOrEqual(sequence);
    sequence = message.sequence;
    last = message.search;
  }
  return last as Search;
}

describe("a search over gRPC", () => {
  it("is told every fault at once, its own and those that the other services find", async () => {
    const bad = SearchSpec.fromPartial({
      input: { $case: "corpus", value: { source: { paths: [join(folder.path, "nowhere")] } } },
      targets: [
        { name: "x", paths: [join(folder.path, "missing.jsonl")] },
        { name: "x", paths: spec.targets[0]?.paths },
      ],
      proxy: { preset: "tiny", heads: 5 },
      budget: { rounds: [1], tokensPerRun: 20_000n, confirmationSeeds: 1 },
      tokenizer: { path: join(folder.path, "nowhere") },
      vocabulary: 1024,
    });
    const { faults } = await client.validateSearch({ spec: bad });
    const fields = faults.map(({ field }) => field);
    for (const field of [
      "corpus.source.paths[0]",
      "targets[0].paths",
      "targets[1].name",
      "proxy.heads",
      "tokenizer",
      "vocabulary",
      "budget.rounds[0]",
      "budget.confirmation_seeds",
    ]) {
      expect(fields, field).toContain(`spec.${field}`);
    }
    await expect(client.createSearch({ requestId: "", spec: bad })).rejects.toMatchObject({ kind: "invalid" });

    const foreign = { ...bad, strategy: Strategy.STRATEGY_DOREMI, trainer: "torch" };
    expect((await client.validateSearch({ spec: foreign })).faults).toContainEqual(
      expect.objectContaining({ field: "spec.strategy", message: expect.stringContaining("Climb's own trainer") }),
    );

    // A bad proxy hides no other fault, and tokens that nobody gave are not one.
    const noTokens = SearchSpec.fromPartial({ ...bad, budget: { rounds: [1], confirmationSeeds: 1 } });
    const withoutTokens = (await client.validateSearch({ spec: noTokens })).faults.map(({ field }) => field);
    expect(withoutTokens).toContain("spec.budget.rounds[0]");
    expect(withoutTokens).not.toContain("spec.budget.tokens_per_run");
  });

  it("needs no more than a corpus and a target", async () => {
    const source = spec.input?.$case === "corpus" ? spec.input.value.source : undefined;
    const least = SearchSpec.fromPartial({ input: { $case: "corpus", value: { source } }, targets: spec.targets });
    expect((await client.validateSearch({ spec: least })).faults).toEqual([]);
  });

  it("stops when it is cancelled, and goes on when it is asked for again, to an answer with its files", async () => {
    const { search: created } = await client.createSearch({ requestId: "mine", spec });
    const id = created?.id ?? "";
    await expect(client.createSearch({ requestId: "mine", spec: { ...spec, seed: 99 } })).rejects.toMatchObject({
      reason: "REQUEST_ID_REUSED",
    });
    for await (const { search } of client.watchSearch({ id, afterSequence: 0n })) {
      if ((search?.runsFinished ?? 0) >= 2) break;
    }
    const asked = performance.now();
    await client.cancelSearch({ id });
    const cancelled = await lastOf(id);
    expect(cancelled.status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    expect(performance.now() - asked).toBeLessThan(5000);

    await client.createSearch({ requestId: "mine", spec });
    const search = await lastOf(id);
    expect(search.status?.failure).toBeUndefined();
    expect(search.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(search.result?.domains.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1, 9);
    expect(Object.keys(search.result?.files ?? {}).sort()).toEqual([
      "mixture.json",
      "report.html",
      "runs.csv",
      "runs.jsonl",
    ]);
    const report = bytesOf(search.result?.files["report.html"]).toString("utf8");
    const documents = report.match(/<circle [^>]*><title>d\d\d · [^<]+<\/title>/g) ?? [];
    expect(documents.length, "documents on the map of the corpus").toBeGreaterThan(100);
    for (const domain of search.result?.domains ?? []) expect(domain.repetition).toBeLessThan(4.001);

    const { runs } = await client.listSearchRuns({ searchId: id, pageSize: 1000, pageToken: "" });
    expect(runs.length).toBe(search.runsPlanned);
    const page = await client.listSearchRuns({ searchId: id, pageSize: 3, pageToken: "" });
    expect(page.runs).toHaveLength(3);
    const next = await client.listSearchRuns({ searchId: id, pageSize: 3, pageToken: page.nextPageToken });
    expect(next.runs[0]).toEqual(runs[3]);
  });

  it("answers with the mixture that knows the target's topic, and writes a data set at its weights", async () => {
    const { search } = await client.createSearch({ requestId: "", spec });
    const result = search?.result;
    const sea = result?.domains.find(({ label }) =>
      /harbour|sailor|tide|ship|anchor|wave|reef|gull|net|rope|mast/i.test(label),
    );
    const equal = 1 / (result?.domains.length ?? 1);
    expect(sea?.weight, `${result?.domains.map(({ label, weight }) => `${label} ${weight}`)}`).toBeGreaterThan(
      1.5 * equal,
    );

    const { dataset } = await client.getDataset({ id: result?.datasetId ?? "" });
    const file = Object.entries(dataset?.files ?? {}).find(([name]) => name.endsWith(".parquet"))?.[1];
    const buffer = bytesOf(file);
    const rows = (await parquetReadObjects({
      file: buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength),
      compressors,
    })) as { id: string; domain: string; text: string; topic: string }[];
    expect(rows.length).toBe(Number(dataset?.documents));
    const bytes = new Map<string, number>();
    for (const { domain, text } of rows) bytes.set(domain, (bytes.get(domain) ?? 0) + Buffer.byteLength(text));
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
    for (const { id, weight } of result?.domains ?? []) {
      // Documents are whole, and bytes a token differ a little between domains.
      expect(Math.abs((bytes.get(id) ?? 0) / total - weight), id).toBeLessThan(0.05);
    }
    for (const { id, topic } of rows) expect(topic, id).toBe(topicOf(id));
    // Shuffled: the documents do not stand in the order of the corpus.
    const order = rows.map(({ id }) => Number(id.slice(4)));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    const card = Object.entries(dataset?.files ?? {}).find(([name]) => name === "README.md")?.[1];
    expect(bytesOf(card).toString("utf8")).toContain("data_files");
  });

  it("writes the filtered corpus split by domain: every document once, in order, and the domain of each", async () => {
    const { search } = await client.createSearch({ requestId: "", spec });
    const { domainSetId } = await lastOf(search?.id ?? "");
    const options = { byDomain: true, shardBytes: 30_000n };
    const { dataset: created } = await client.createDataset({
      requestId: "",
      spec: DatasetSpec.fromPartial({ domainSetId, options }),
    });
    let dataset = created;
    for await (const message of client.watchDataset({ id: created?.id ?? "", afterSequence: 0n })) {
      dataset = message.dataset;
    }
    expect(dataset?.status?.failure).toBeUndefined();
    const names = Object.keys(dataset?.files ?? {}).sort();
    const read = async (name: string) => {
      const buffer = bytesOf(dataset?.files[name]);
      const file = buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
      return (await parquetReadObjects({ file, compressors })) as {
        id: string;
        domain?: string;
        text?: string;
        topic?: string;
      }[];
    };
    const assignments = await read("assignments.parquet");
    expect(new Set(assignments.map(({ id }) => id)).size).toBe(assignments.length);
    const domains = [...new Set(names.flatMap((name) => /^by-domain\/(d\d+)\//.exec(name)?.[1] ?? []))];
    expect(domains.length).toBeGreaterThan(2);
    let written = 0;
    for (const domain of domains) {
      const files = names.filter((name) => name.startsWith(`by-domain/${domain}/`));
      expect(files.length, "30 kB a file").toBeGreaterThan(1);
      expect(files.at(-1)).toContain(`-of-${String(files.length).padStart(5, "0")}.parquet`);
      const rows = (await Promise.all(files.map(read))).flat();
      expect(rows.map(({ id }) => id)).toEqual(
        assignments.filter((assigned) => assigned.domain === domain).map(({ id }) => id),
      );
      for (const { id, topic } of rows) expect(topic, id).toBe(topicOf(id));
      expect(rows.every(({ text }) => typeof text === "string" && text.length > 0)).toBe(true);
      written += rows.length;
    }
    expect(Number(dataset?.documents)).toBe(written);
    const card = bytesOf(dataset?.files["README.md"]).toString("utf8");
    for (const domain of domains) expect(card).toContain(`path: by-domain/${domain}/*.parquet`);
    await expect(
      client.createDataset({ requestId: "", spec: DatasetSpec.fromPartial({ domainSetId }) }),
    ).rejects.toThrow("spec.mixture: found none, expected weights, or options.by_domain");
  });

  it("finds domains with a scorer learnt from annotated texts, which the embedding service embeds", async () => {
    const { search } = await client.createSearch({ requestId: "", spec });
    const clustering = createClient(ClusteringServiceDefinition, suite.address);
    const { domainSet: known } = await clustering.getDomainSet({ id: (await lastOf(search?.id ?? "")).domainSetId });
    const path = join(folder.path, "annotations.jsonl");
    const texts = Array.from({ length: 40 }, (_, i) => ({
      text: i % 2 ? `the harbour and the tide, a sailor with rope ${i}` : `the oven with butter, flour and sugar ${i}`,
      score: i % 2,
    }));
    writeFileSync(path, texts.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const kind = { $case: "annotations" as const, value: { path } };
    const wanted = DomainSpec.fromPartial({ ...known?.spec, scorers: [{ name: "sea", threshold: -9, kind }] });
    const { domainSet: created } = await clustering.createDomainSet({ requestId: "", spec: wanted });
    let domainSet = created;
    for await (const message of clustering.watchDomainSet({ id: created?.id ?? "", afterSequence: 0n })) {
      domainSet = message.domainSet;
    }
    expect(domainSet?.status?.failure).toBeUndefined();
    const { annotations, rootMeanSquaredError = 1 } = domainSet?.scorers[0]?.crossValidation ?? {};
    expect(annotations).toBe(40);
    expect(rootMeanSquaredError).toBeLessThan(0.25);
    const best = domainSet?.domains.reduce((a, b) => ((b.scores.sea ?? 0) > (a.scores.sea ?? 0) ? b : a));
    const fresh = ["a sailor on the tide near the harbour lighthouse", "flour, butter and sugar in the oven"];
    const assigned = await clustering.assignDocuments({
      domainSetId: domainSet?.id ?? "",
      vectors: Buffer.alloc(0),
      texts: fresh,
    });
    clustering.close();
    expect(assigned.domainIds[0]).toBe(best?.id);
    expect(assigned.domainIds[1]).not.toBe(best?.id);
    expect(best?.label).toMatch(/harbour|sailor|tide|ship|anchor|wave|reef|gull|net|rope|mast/i);
  });

  it("starts warm from results known before: its first round is chosen with a predictor, ratios asked for are kept", async () => {
    const { search: earlier } = await client.createSearch({ requestId: "", spec });
    const { runs } = await client.listSearchRuns({ searchId: earlier?.id ?? "", pageSize: 1000, pageToken: "" });
    const ids = (earlier?.result?.domains ?? []).map(({ id }) => id);
    const knownResults = runs.map(({ runId, mixture, tasks }) => ({
      id: runId,
      mixture: Object.fromEntries(ids.map((id, j) => [id, mixture[j] as number])),
      values: Object.fromEntries(tasks.map(({ target, bitsPerByte }) => [target, bitsPerByte])),
    }));
    const warm = SearchSpec.fromPartial({
      ...spec,
      input: { $case: "domainSetId", value: earlier?.domainSetId ?? "" },
      budget: { ...spec.budget, rounds: [3] },
      constraints: { ...spec.constraints, fixedGroups: [{ domainIds: ids.slice(0, 2), ratios: [1, 3] }] },
      knownResults,
      dataset: undefined,
    });
    const broken = { ...warm, knownResults: [{ id: "x", mixture: { [ids[0] ?? ""]: 0.9 }, values: {} }] };
    const { faults } = await client.validateSearch({ spec: broken });
    expect(faults.map(({ field }) => field)).toEqual(["spec.known_results[0].mixture", "spec.known_results[0].values"]);

    const { search: created } = await client.createSearch({ requestId: "", spec: warm });
    const search = await lastOf(created?.id ?? "");
    expect(search.status?.failure).toBeUndefined();
    const own = await client.listSearchRuns({ searchId: search.id, pageSize: 1000, pageToken: "" });
    const explored = own.runs.filter(({ role }) => role === RunRole.RUN_ROLE_EXPLORE);
    expect(explored).toHaveLength(3);
    for (const { predicted, mixture } of explored) {
      expect(predicted?.value).toBeGreaterThan(0);
      expect(mixture[1]).toBeCloseTo(3 * (mixture[0] as number), 4);
    }
  });

  it("may be for a fixed mixture, with the user's own tokenizer, and is confirmed beside the other baseline", async () => {
    const { search: created } = await client.createSearch({
      requestId: "",
      spec: SearchSpec.fromPartial({
        ...spec,
        strategy: Strategy.STRATEGY_UNIFORM,
        dataset: undefined,
        vocabulary: 0,
        tokenizer: { path: tokenizer },
      }),
    });
    const search = await lastOf(created?.id ?? "");
    expect(search.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(search.spec?.vocabulary).toBe(391);
    expect(search.result?.origin).toBe("uniform");
    expect(search.runsPlanned).toBe(4);
    expect(search.result?.baselines.map(({ name }) => name).sort()).toEqual(["proportional", "uniform"]);
  });

  it("names what it does not know", async () => {
    await expect(client.getSearch({ id: "nothing" })).rejects.toMatchObject({
      kind: "notFound",
      reason: "RESOURCE_UNKNOWN",
    });
    const { searches } = await client.listSearches({ pageSize: 10, pageToken: "", filter: undefined });
    expect(searches.length).toBeGreaterThanOrEqual(2);
  });
});
