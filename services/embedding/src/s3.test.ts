import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { listFiles } from "@climb/readers/list-files";
import { openStream } from "@climb/readers/source";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeS3, startFakeS3 } from "./testing/fake-s3.js";
import { directory, manifestOf, type Suite, start, untilEnded } from "./testing/suite.js";

// The SDK reads these once, so that the store keeps its port for all tests of this file.
let store: FakeS3;
beforeEach(async () => {
  store ??= await startFakeS3();
  store.objects.clear();
  store.reads.length = 0;
  vi.stubEnv("AWS_ENDPOINT_URL", store.address);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
});
afterEach(() => vi.unstubAllEnvs());

const lines = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ id: `s-${from + i}`, text: `the text of ${from + i}` })}\n`,
  ).join("");

function fill(): void {
  store.objects.set("corpus/a.jsonl", Buffer.from(lines(0, 5)));
  store.objects.set("corpus/b.jsonl.gz", gzipSync(lines(5, 7)));
  store.objects.set("corpus/README.md", Buffer.from("# A data set"));
  store.objects.set("corpus/deep/c.jsonl", Buffer.from(lines(12, 3)));
  store.objects.set("corpus2/d.jsonl", Buffer.from(lines(15, 2)));
}

async function embed(suite: Suite, paths: string[]) {
  const spec = EmbeddingSpec.fromPartial({
    corpus: { paths },
    model: { kind: { $case: "lexical", value: { dimensions: 2, minDocuments: 1 } } },
  });
  const { embeddingSet } = await suite.client.createEmbeddingSet({ requestId: "", spec });
  const set = await untilEnded(suite, embeddingSet?.id ?? "");
  expect(set.status?.failure).toBeUndefined();
  return { set, manifest: await manifestOf(suite, set) };
}

describe("a corpus in an object store", () => {
  it("is listed by object, by prefix and by glob, page after page", async () => {
    fill();
    const namesOf = async (path: string) => (await listFiles([path])).map(({ name }) => name);
    expect(await namesOf("s3://data/corpus/a.jsonl")).toEqual(["a.jsonl"]);
    expect(await namesOf("s3://data/corpus")).toEqual(["a.jsonl", "b.jsonl.gz", "deep/c.jsonl"]);
    expect(await namesOf("s3://data/corpus/")).toEqual(["a.jsonl", "b.jsonl.gz", "deep/c.jsonl"]);
    expect(await namesOf("s3://data/corpus/*.jsonl*")).toEqual(["a.jsonl", "b.jsonl.gz"]);
    expect(await namesOf("s3://data/**/*.jsonl")).toEqual(["corpus/a.jsonl", "corpus/deep/c.jsonl", "corpus2/d.jsonl"]);
    expect((await namesOf("s3://data")).length).toBe(4);
    store.objects.set("[v2]/e.txt", Buffer.from("e"));
    expect(await namesOf("s3://data/[v2]/e.txt")).toEqual(["e.txt"]);
    expect(await namesOf("s3://data/[v2]")).toEqual(["e.txt"]);
  });

  it("is embedded as if it were on disk, Parquet by ranges", async () => {
    fill();
    const parquet = await readFile(
      fileURLToPath(new URL("../../../shared/readers/fixtures/parquet/zstd.parquet", import.meta.url)),
    );
    store.objects.set("tables/zstd.parquet", parquet);
    const suite = await start(await directory());
    const { set, manifest } = await embed(suite, ["s3://data/corpus", "s3://data/tables/*.parquet"]);
    expect(Number(set.documents)).toBeGreaterThan(15);
    expect(set.quarantined).toBe(0n);
    const ranges = store.reads.filter((read) => read.startsWith("tables/"));
    expect(ranges.length).toBeGreaterThan(1);
    const again = await embed(suite, ["s3://data/corpus", "s3://data/tables/*.parquet"]);
    expect(again.manifest).toEqual(manifest);
  });

  it("loses nothing when a connection breaks off", async () => {
    const content = randomBytes(20 * 1024 * 1024);
    store.objects.set("large.bin", content);
    store.breakReads = 2;
    const chunks: Buffer[] = [];
    for await (const chunk of openStream("s3://data/large.bin")) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(store.breakReads).toBe(0);
  });

  it("that cannot be read is refused with its address and the reason", async () => {
    fill();
    await expect(listFiles(["s3://data/nothing"])).rejects.toThrow("s3://data/nothing: there is no such object");
    await expect(listFiles(["s3://elsewhere/x"])).rejects.toThrow("s3://elsewhere/x cannot be listed: NoSuchBucket");
    await expect(listFiles(["s3://secret/x"])).rejects.toThrow("s3://secret/x cannot be listed: AccessDenied");
    await expect(listFiles(["gs://data/x"])).rejects.toThrow("is an address, which this server does not read");
  });
});
