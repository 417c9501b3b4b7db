import { createHash } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { fromHalves, seeded } from "@climb/numeric";
import { type Platform, readWhole } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { EmbeddingSetFinished } from "@climb/proto/embedding/v1/embedding_events";
import type { EmbeddingManifest, EmbeddingSet } from "@climb/proto/embedding/v1/embedding_service";
import { beforeEach, describe, expect, it } from "vitest";
import { countingEndpoint } from "./testing/remote-endpoint.js";
import { contentOf, directory, manifestOf, type Suite, start as startSuite, untilEnded } from "./testing/suite.js";

const topics = [
  "oven flour butter sugar recipe dough bake onion garlic sauce pepper cream".split(" "),
  "star planet telescope galaxy orbit comet nebula moon eclipse asteroid gravity light".split(" "),
  "judge court statute appeal verdict jury lawyer plaintiff evidence trial clause rights".split(" "),
];

/** JSON lines about three topics in turn. */
function corpusOf(count: number, wordsEach: number): string {
  const random = seeded(4);
  const lines = Array.from({ length: count }, (_, i) => {
    const words = topics[i % 3] as string[];
    const text = Array.from({ length: wordsEach }, () => words[random.int(words.length)]).join(" ");
    return JSON.stringify({ id: `doc-${i}`, text: `${text} item${i % 97}` });
  });
  return `${lines.join("\n")}\n`;
}

let folder = "";
beforeEach(async () => {
  folder = await directory();
});

async function start(dataDir: string, env: Record<string, string> = {}) {
  const suite = await startSuite(join(folder, dataDir), { CLIMB_EMBEDDING_SHARD_DOCUMENTS: "100", ...env });
  const create = async (name: string, maxBadShare?: number) => {
    const corpus = { paths: [join(folder, name)], maxBadShare };
    const spec = { corpus, model: { kind: { $case: "lexical" as const, value: { dimensions: 8 } } }, seed: 1 };
    return (await suite.client.createEmbeddingSet({ spec } as never)).embeddingSet as EmbeddingSet;
  };
  return { ...suite, create, ended: (id: string) => untilEnded(suite, id) };
}

async function vectorsOf(suite: Pick<Suite, "platform">, manifest: EmbeddingManifest): Promise<Float32Array> {
  const shards = await Promise.all(manifest.vectors.map((artifact) => contentOf(suite, artifact)));
  return new Float32Array(new Uint8Array(Buffer.concat(shards)).buffer);
}

async function recordsOf(suite: Pick<Suite, "platform">, artifact: Artifact | undefined): Promise<unknown[]> {
  const lines = (await contentOf(suite, artifact)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** When each name below a prefix was written. */
async function timesOf({ artifacts }: Platform, prefix: string): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for await (const { path, time } of artifacts.list(prefix)) times[path] = time.getTime();
  return times;
}

/** The name of an artifact among the vectors that sets share. */
async function nameOf({ artifacts }: Platform, artifact: Artifact | undefined): Promise<string> {
  for await (const { path, uri } of artifacts.list("embedding/vectors/")) if (uri === artifact?.uri) return path;
  throw new Error(`${artifact?.uri} has no name among the vectors`);
}

const namesOf = async (platform: Platform, prefix: string) => Object.keys(await timesOf(platform, prefix));
const digests = (manifest: EmbeddingManifest) => manifest.vectors.map(({ sha256 }) => sha256);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

describe("an embedding set", () => {
  it("is read, embedded and stored, its bad records counted, and told as an event", async () => {
    const bad = `{oops\n${JSON.stringify({ id: "doc-1", text: "again" })}\n${JSON.stringify({ body: 1 })}\n`;
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(240, 30) + bad);
    const suite = await start("data");
    const { platform, client, create, ended } = suite;
    const heard: EmbeddingSetFinished[] = [];
    await platform.events.subscribe({
      subject: "embedding.set_finished",
      handler: async ({ payload }) => void heard.push(EmbeddingSetFinished.decode(payload)),
    });

    const { id } = await create("corpus.jsonl", 0.02);
    const set = await ended(id);
    expect(set.status).toMatchObject({ state: JobState.JOB_STATE_SUCCEEDED, failure: undefined });
    expect(set.losses.map(({ reason, records, bytes }) => [reason, records, bytes])).toEqual([
      ["duplicate id", 1n, 5n],
      ["invalid JSON", 1n, 6n],
      ['no field "text"', 1n, 11n],
    ]);
    expect([set.documents, set.quarantined, set.dimensions]).toEqual([240n, 3n, 8]);

    const manifest = await manifestOf(suite, set);
    expect(manifest.corpus?.shards.map(({ documents }) => documents)).toEqual([100n, 100n, 40n]);
    expect(manifest.vectors.map(({ sizeBytes }) => sizeBytes)).toEqual([3200n, 3200n, 1280n]);
    const firstShard = await contentOf(suite, manifest.corpus?.shards[0]?.artifact);
    const first = JSON.parse(gunzipSync(firstShard).toString("utf8").split("\n")[0] as string);
    expect(first).toMatchObject({ id: "doc-0", source: "corpus.jsonl" });
    expect(await recordsOf(suite, manifest.corpus?.quarantine)).toEqual([
      { file: "corpus.jsonl", line: 241, reason: expect.stringMatching(/^invalid JSON/) },
      { file: "corpus.jsonl", line: 242, reason: 'duplicate id "doc-1"' },
      { file: "corpus.jsonl", line: 243, reason: 'no field "text"; found fields body' },
    ]);

    const vectors = await vectorsOf(suite, manifest);
    const row = (r: number) => vectors.subarray(r * 8, (r + 1) * 8);
    for (let r = 0; r < 240; r++) expect(dot(row(r), row(r))).toBeCloseTo(1, 5);
    expect(dot(row(0), row(3))).toBeGreaterThan(0.7);
    expect(Math.abs(dot(row(0), row(1)))).toBeLessThan(0.3);

    const answer = await client.embed({
      embeddingSetId: id,
      texts: ["court judge appeal jury", "flour dough oven sugar"],
    });
    const online = new Float32Array(new Uint8Array(answer.vectors).buffer);
    expect([answer.dimensions, online.length]).toEqual([8, 16]);
    expect(dot(online.subarray(0, 8), row(2))).toBeGreaterThan(0.6);
    expect(dot(online.subarray(8), row(0))).toBeGreaterThan(0.6);

    const again = await create("corpus.jsonl", 0.02);
    expect(again).toEqual(set);
    expect((await client.listEmbeddingSets({ pageSize: 10, pageToken: "", filter: undefined })).embeddingSets).toEqual([
      set,
    ]);
    await expect.poll(() => heard).toContainEqual({ embeddingSetId: id, state: JobState.JOB_STATE_SUCCEEDED });
  });

  it("has the same bits with one thread, with two, and after its process was stopped in the middle", async () => {
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(6000, 120));
    const one = await start("one", { CLIMB_WORKERS: "1" });
    const whole = await manifestOf(one, await one.ended((await one.create("corpus.jsonl")).id));
    await one.close();

    const first = await start("two");
    const { id } = await first.create("corpus.jsonl");
    await expect.poll(() => namesOf(first.platform, "embedding/corpora/"), { interval: 5 }).not.toEqual([]);
    await first.close();
    expect(first.platform.signal.aborted).toBe(true);

    const second = await start("two");
    const set = await second.ended(id);
    expect(set.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    const resumed = await manifestOf(second, set);
    expect(digests(resumed)).toEqual(digests(whole));
    expect(resumed.vectors).toHaveLength(60);
    const bytes = Buffer.from((await vectorsOf(second, resumed)).buffer).subarray(0, 3200);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(resumed.vectors[0]?.sha256);
  });

  it("stops when it is cancelled, and starts again when it is created again", async () => {
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(6000, 120));
    const { client, create, ended } = await start("data");
    const { id } = await create("corpus.jsonl");
    expect((await client.cancelEmbeddingSet({ id })).embeddingSet?.status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    expect((await ended(id)).status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    await expect(client.embed({ embeddingSetId: id, texts: ["x"] })).rejects.toMatchObject({ reason: "STATE_FORBIDS" });
    expect((await create("corpus.jsonl")).status?.state).toBe(JobState.JOB_STATE_PENDING);
    expect((await ended(id)).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });

  it("fails and says so when its files change after it was created", async () => {
    await writeFile(join(folder, "first.jsonl"), corpusOf(3000, 60));
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(50, 20));
    const { create, ended } = await start("data");
    // One job at a time: the second set waits behind the first.
    await create("first.jsonl");
    const { id } = await create("corpus.jsonl");
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(60, 20));
    expect((await ended(id)).status?.failure).toMatchObject({
      reason: "INPUT_BAD",
      message: expect.stringMatching(/corpus\.jsonl have changed since the set was created/),
    });
  });

  it.each([1, 2, 9])("of %i documents works too", async (count) => {
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(count, 20));
    const { create, ended } = await start("data");
    const set = await ended((await create("corpus.jsonl")).id);
    expect(set.status?.failure).toBeUndefined();
    expect([set.documents, set.dimensions]).toEqual([BigInt(count), Math.min(count, 8)]);
  });

  it("fails with the reason when too much of the corpus is bad or damaged", async () => {
    const packed = gzipSync(corpusOf(4000, 60));
    await writeFile(join(folder, "cut.jsonl.gz"), packed.subarray(0, packed.length - 5000));
    await writeFile(join(folder, "bad.jsonl"), `${corpusOf(5, 10)}{oops\n`);
    const suite = await start("data");
    const { create, ended } = suite;
    for (const [name, message] of [
      [
        "cut.jsonl.gz",
        /^cut\.jsonl\.gz, line \d+: corrupt gzip: unexpected end of file.*1 file is broken: 24\d\.\d kB \(100 %\) lost/,
      ],
      ["bad.jsonl", /1 of 6 records \(17 %\) cannot be used.*bad\.jsonl, line 6: invalid JSON/],
    ] as const) {
      const { status } = await ended((await create(name)).id);
      expect(status?.state).toBe(JobState.JOB_STATE_FAILED);
      expect(status?.failure).toMatchObject({ reason: "INPUT_BAD", message: expect.stringMatching(message) });
      const quarantine = await readWhole(suite.platform.artifacts, { uri: status?.failure?.metadata.quarantine ?? "" });
      expect(quarantine.toString("utf8")).toContain(name);
    }
    expect((await ended((await create("bad.jsonl", 0.5)).id)).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });
});

describe("an embedding set by an ONNX model", () => {
  const fixture = fileURLToPath(new URL("../fixtures/tiny-bert/", import.meta.url));
  const onnxSpec = () => ({
    corpus: { paths: [join(folder, "corpus.jsonl")] },
    model: { kind: { $case: "onnx" as const, value: { path: join(folder, "model") } } },
    seed: 1,
  });

  it("is embedded, resumes with the shards that are there, and embeds further texts with the same vectors", async () => {
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(240, 8));
    await mkdir(join(folder, "model"));
    await copyFile(join(fixture, "model.onnx"), join(folder, "model/model.onnx"));
    const suite = await start("data");
    const { client, platform, ended } = suite;
    const refused = await client.validateEmbeddingSet({ spec: onnxSpec() } as never);
    expect(refused.faults).toMatchObject([
      { field: "spec.model.onnx", reason: "MODEL_UNKNOWN", message: expect.stringMatching(/has no tokenizer\.json$/) },
    ]);
    await copyFile(join(fixture, "wordpiece.json"), join(folder, "model/tokenizer.json"));
    await writeFile(join(folder, "model/config.json"), JSON.stringify({ max_position_embeddings: 24 }));

    const { embeddingSet } = await client.createEmbeddingSet({ spec: onnxSpec() } as never);
    const set = await ended(embeddingSet?.id ?? "");
    expect(set.status?.failure).toBeUndefined();
    expect([set.documents, set.dimensions]).toEqual([240n, 32]);
    const manifest = await manifestOf(suite, set);
    expect(manifest.modelKind).toBe("onnx");
    const vectors = await vectorsOf(suite, manifest);
    const text = (JSON.parse(corpusOf(240, 8).split("\n")[7] as string) as { text: string }).text;
    const answer = await client.embed({ embeddingSetId: set.id, texts: [text] });
    const online = new Float32Array(new Uint8Array(answer.vectors).buffer);
    expect(dot(online, vectors.subarray(7 * 32, 8 * 32))).toBeCloseTo(1, 5);

    // Without the record of the set and without one shard: only that shard is made again.
    await client.deleteEmbeddingSet({ id: set.id });
    const lost = await nameOf(platform, manifest.vectors[1]);
    await platform.artifacts.remove(lost);
    const before = await timesOf(platform, "embedding/vectors/");
    const again = await client.createEmbeddingSet({ spec: onnxSpec() } as never);
    expect(digests(await manifestOf(suite, await ended(again.embeddingSet?.id ?? "")))).toEqual(digests(manifest));
    const after = await timesOf(platform, "embedding/vectors/");
    expect(after).toEqual({ ...before, [lost]: expect.anything() });
  });
});

describe("an embedding set by a remote model", () => {
  it("is embedded shard by shard; after a loss only what is missing is asked for again", async () => {
    const endpoint = await countingEndpoint();
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(240, 8));
    const spec = (address: string) => ({
      corpus: { paths: [join(folder, "corpus.jsonl")] },
      model: { kind: { $case: "remote" as const, value: { address, model: "m" } } },
      seed: 1,
    });
    const suite = await start("data");
    const { client, platform, ended } = suite;
    expect((await client.validateEmbeddingSet({ spec: spec("tei:8080") } as never)).faults).toMatchObject([
      { field: "spec.model.remote.address", reason: "FIELD_INVALID" },
    ]);
    const address = `${endpoint.address}/`;
    const { embeddingSet } = await client.createEmbeddingSet({ spec: spec(address) } as never);
    const set = await ended(embeddingSet?.id ?? "");
    expect(set.status?.failure).toBeUndefined();
    expect([set.dimensions, endpoint.texts()]).toEqual([3, 240]);
    const manifest = await manifestOf(suite, set);

    await client.deleteEmbeddingSet({ id: set.id });
    await platform.artifacts.remove(await nameOf(platform, manifest.vectors[2]));
    const again = await client.createEmbeddingSet({ spec: spec(address) } as never);
    expect(digests(await manifestOf(suite, await ended(again.embeddingSet?.id ?? "")))).toEqual(digests(manifest));
    expect(endpoint.texts()).toBe(280);
  });
});

describe("an embedding set in float16", () => {
  it("has vectors of half the size, near those in float32, and a name of its own", async () => {
    await writeFile(join(folder, "corpus.jsonl"), corpusOf(240, 30));
    const suite = await start("data");
    const { client, create, ended } = suite;
    const single = await ended((await create("corpus.jsonl")).id);
    const { embeddingSet } = await client.createEmbeddingSet({
      spec: { ...single.spec, model: { ...single.spec?.model, halfPrecision: true } },
    } as never);
    const half = await ended(embeddingSet?.id ?? "");
    expect(half.id).not.toBe(single.id);
    const [one, other] = [await manifestOf(suite, single), await manifestOf(suite, half)];
    expect([half.dimensions, other.halfPrecision]).toEqual([8, true]);
    expect(other.vectors.map(({ sizeBytes }) => 2n * sizeBytes)).toEqual(one.vectors.map(({ sizeBytes }) => sizeBytes));
    const bytes = Buffer.concat(await Promise.all(other.vectors.map((artifact) => contentOf(suite, artifact))));
    const found = fromHalves(new Uint16Array(Uint8Array.from(bytes).buffer));
    for (const [i, value] of (await vectorsOf(suite, one)).entries()) expect(found[i]).toBeCloseTo(value, 3);
  });
});
