import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { seeded } from "@climb/numeric";
import type { Platform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { type EmbeddingManifest, type EmbeddingSet, EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeEach, describe, expect, it } from "vitest";
import { contentOf, directory, manifestOf, type Suite, start, untilEnded } from "./testing/suite.js";

const small = { CLIMB_EMBEDDING_PIECE_BYTES: "16384", CLIMB_EMBEDDING_SHARD_DOCUMENTS: "50" };
const words = "oven flour butter star planet comet judge court appeal".split(" ");

let folder = "";
beforeEach(async () => {
  folder = await directory();
});

/** Records with ids of their own, or without, that begin with a number. */
function records(prefix: string | undefined, count: number, seed = 1): string {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i) => {
    const text = `${i} ${Array.from({ length: 12 }, () => words[random.int(words.length)]).join(" ")}`;
    return `${JSON.stringify({ ...(prefix && { id: `${prefix}${i}` }), text })}\n`;
  }).join("");
}

/** A corpus of every kind of file, with bad records and with ids that come again in other files. */
async function fill(): Promise<string> {
  const corpus = join(folder, "corpus");
  await mkdir(corpus);
  const bad = (id: string) => `{oops\n${JSON.stringify({ id, text: "again and again" })}\n\n`;
  const many = records("a", 800);
  const half = many.indexOf("\n", many.length / 2) + 1;
  await writeFile(join(corpus, "a.jsonl"), many.slice(0, half) + bad("a3") + many.slice(half) + bad("a799"));
  await writeFile(join(corpus, "b.jsonl"), records(undefined, 500, 2) + bad("a7"));
  await writeFile(join(corpus, "c.jsonl.gz"), gzipSync(records("c", 400, 3) + bad("b.jsonl:444")));
  const rows = Array.from({ length: 600 }, (_, i) => ({
    id: i % 100 === 5 ? `a${i}` : `d${i}`,
    text: `row ${i} ${Math.sin(i)}`,
  }));
  const columnData = [
    { name: "id", data: rows.map(({ id }) => id), type: "STRING" as const },
    { name: "text", data: rows.map(({ text }) => text), type: "STRING" as const },
  ];
  await writeFile(join(corpus, "d.parquet"), new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 50 })));
  for (let i = 0; i < 30; i++) await writeFile(join(corpus, `e${i}.txt`), `text ${i} of the court and the oven`);
  return corpus;
}

async function create({ client }: Suite, path: string): Promise<EmbeddingSet> {
  const spec = EmbeddingSpec.fromPartial({
    corpus: { paths: [path], maxBadShare: 0.5 },
    model: { kind: { $case: "lexical", value: { dimensions: 6 } } },
  });
  return (await client.createEmbeddingSet({ requestId: "", spec })).embeddingSet as EmbeddingSet;
}

const embed = async (suite: Suite, path: string) => untilEnded(suite, (await create(suite, path)).id);

async function corpusOf(suite: Suite, set: EmbeddingSet) {
  expect(set.status?.failure).toBeUndefined();
  const manifest = await manifestOf(suite, set);
  const shards = await Promise.all((manifest.corpus?.shards ?? []).map(({ artifact }) => contentOf(suite, artifact)));
  const documents = shards.flatMap((shard) => gunzipSync(shard).toString("utf8").trim().split("\n"));
  const quarantine = (await contentOf(suite, manifest.corpus?.quarantine)).toString("utf8").trim().split("\n");
  return { manifest, documents, quarantine };
}

const bitsOf = ({ corpus, vectors, model }: EmbeddingManifest) =>
  [...(corpus?.shards.map(({ artifact }) => artifact) ?? []), corpus?.quarantine, ...vectors, model].map(
    (artifact) => artifact?.sha256,
  );

async function names({ artifacts }: Platform, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of artifacts.list(prefix)) found.push(path);
  return found;
}

describe("a corpus in pieces", () => {
  it("has the documents, the ids and the quarantine of one that is read at once", async () => {
    const path = await fill();
    const whole = await start(join(folder, "whole"));
    const pieces = await start(join(folder, "pieces"), small);
    const [one, many] = [await embed(whole, path), await embed(pieces, path)];
    const [expected, found] = [await corpusOf(whole, one), await corpusOf(pieces, many)];
    expect(found.documents).toEqual(expected.documents);
    expect(found.quarantine).toEqual(expected.quarantine);
    expect(found.manifest.corpus?.quarantined).toBe(expected.manifest.corpus?.quarantined);
    expect(found.quarantine.map((json) => JSON.parse(json))).toEqual(
      expect.arrayContaining([
        { file: "a.jsonl", line: 804, reason: expect.stringMatching(/^invalid JSON/) },
        { file: "a.jsonl", line: 805, reason: 'duplicate id "a799"' },
        { file: "b.jsonl", line: 502, reason: 'duplicate id "a7"' },
        { file: "c.jsonl.gz", line: 402, reason: 'duplicate id "b.jsonl:444"' },
        { file: "d.parquet", line: 206, reason: 'duplicate id "a205"' },
      ]),
    );
    // Pieces of b.jsonl had to know their lines, and some ids were there in earlier pieces.
    const rounds = await names(pieces.platform, `embedding/corpora/${found.manifest.corpus?.corpusId}/round-`);
    const read = (round: number) =>
      rounds.filter((name) => new RegExp(`/round-${round}/\\d+\\.json$`).test(name)).length;
    expect(read(1)).toBeGreaterThan(10);
    expect(read(2)).toBeGreaterThan(0);
    expect(read(3)).toBeGreaterThan(3);
    expect(read(3)).toBeLessThan(read(1));
    expect([many.documents, many.quarantined]).toEqual([one.documents, one.quarantined]);
  });

  it("has the same bits from one replica and from several, with one thread and with more", async () => {
    const path = await fill();
    const alone = await start(join(folder, "alone"), { ...small, CLIMB_WORKERS: "1" });
    const role = (answers: boolean, takes: (queue: string) => boolean) => ({ platform: { role: { answers, takes } } });
    const several = await start(join(folder, "several"), small, [
      role(true, () => false),
      role(false, (queue) => queue !== "embedding-terms"),
      { ...role(false, (queue) => queue !== "embedding-set"), variables: { CLIMB_WORKERS: "1" } },
    ]);
    const expected = await corpusOf(alone, await embed(alone, path));
    const found = await corpusOf(several, await embed(several, path));
    expect(bitsOf(found.manifest)).toEqual(bitsOf(expected.manifest));
    expect(found.manifest.vectors.length).toBeGreaterThan(10);
  });

  it("goes on after its process was stopped between pieces, and reads none again that is there", async () => {
    const path = await fill();
    const alone = await start(join(folder, "alone"), small);
    const expected = await corpusOf(alone, await embed(alone, path));

    const first = await start(join(folder, "two"), { ...small, CLIMB_WORKERS: "1" });
    await create(first, path);
    const done = () =>
      names(first.platform, "embedding/corpora/").then((all) => all.filter((name) => /round-1\/\d+\.json$/.test(name)));
    await expect.poll(done, { interval: 2, timeout: 20_000 }).not.toEqual([]);
    await first.close();

    const second = await start(join(folder, "two"), small);
    const before = new Map<string, number>();
    for await (const { path: name, time } of second.platform.artifacts.list("embedding/corpora/")) {
      if (/round-1\/\d+\.json$/.test(name)) before.set(name, time.getTime());
    }
    expect(before.size).toBeGreaterThan(0);
    const found = await corpusOf(second, await embed(second, path));
    expect(bitsOf(found.manifest)).toEqual(bitsOf(expected.manifest));
    for await (const { path: name, time } of second.platform.artifacts.list("embedding/corpora/")) {
      if (before.has(name)) expect(time.getTime()).toBe(before.get(name));
    }
  });

  it("that is bad is read again once its files are mended, under the same name too", async () => {
    const path = join(folder, "bad.jsonl");
    const time = new Date("2026-01-02T03:04:05Z");
    await writeFile(path, `${records("x", 200)}${"{oops\n".repeat(400)}`);
    await utimes(path, time, time);
    const suite = await start(join(folder, "data"), small);
    const set = await embed(suite, path);
    expect(set.status?.failure).toMatchObject({
      reason: "INPUT_BAD",
      message: expect.stringMatching(/400 of 600 records \(67 %\) cannot be used.*bad\.jsonl, line 201: invalid JSON/),
    });
    const left = await names(suite.platform, "embedding/corpora/");
    expect(left).toEqual([expect.stringMatching(/quarantine\.jsonl$/)]);
    await writeFile(path, `${records("x", 200)}${"     \n".repeat(400)}`);
    await utimes(path, time, time);
    const mended = await embed(suite, path);
    expect([mended.id, mended.status?.state, mended.documents]).toEqual([set.id, JobState.JOB_STATE_SUCCEEDED, 200n]);
  });
});

describe("corpus roots", () => {
  it("keep paths to the folders that the operator allows, through links too, and objects are free", async () => {
    const [allowed, secret] = [join(folder, "corpora"), join(folder, "secret")];
    await mkdir(allowed);
    await mkdir(secret);
    await writeFile(join(allowed, "a.jsonl"), records("a", 5));
    await writeFile(join(secret, "b.jsonl"), records("b", 5));
    await symlink(secret, join(allowed, "link"));
    const suite = await start(join(folder, "data"), {}, [{ platform: { corpusRoots: [allowed] } }]);
    const faultsOf = async (path: string) => {
      const spec = EmbeddingSpec.fromPartial({ corpus: { paths: [path] } });
      return (await suite.client.validateEmbeddingSet({ spec })).faults;
    };
    expect(await faultsOf(join(allowed, "*.jsonl"))).toEqual([]);
    expect(await faultsOf(allowed)).toEqual([]);
    for (const path of [
      join(secret, "b.jsonl"),
      join(secret, "*.jsonl"),
      join(allowed, "link/b.jsonl"),
      join(allowed, "link/*.jsonl"),
      `${allowed}/../secret`,
      `${allowed}-other`,
      "/",
    ]) {
      expect(await faultsOf(path)).toEqual([
        {
          field: "spec.corpus.paths[0]",
          reason: "PATH_UNREADABLE",
          message: expect.stringContaining(
            `outside the folders of CLIMB_CORPUS_ROOTS; expected a path below ${allowed}`,
          ),
        },
      ]);
    }
    expect((await faultsOf(join(allowed, "c.jsonl")))[0]?.message).toContain("does not exist");
    expect((await faultsOf("s3://nobody/x"))[0]?.message).not.toContain("CLIMB_CORPUS_ROOTS");
  });
});
