import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromHalves } from "@climb/numeric";
import { JobState } from "@climb/proto/common/v1/job";
import { EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { readNpyHeader } from "@climb/readers/npy";
import { describe, expect, it } from "vitest";
import { contentOf, directory, manifestOf, type Suite, start, untilEnded } from "./testing/suite.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/vectors/${name}`, import.meta.url));

/** The rows of the fixtures, of length one. */
const rows = Array.from({ length: 5 }, (_, r) => {
  const values = Array.from({ length: 4 }, (_, c) => r * r + c * (r + 1) - 3);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
});

async function corpus(ids = rows.map((_, r) => `doc-${r}`)): Promise<string> {
  const path = join(await directory(), "corpus.jsonl");
  await writeFile(path, ids.map((id) => `${JSON.stringify({ id, text: `a text about ${id}` })}\n`).join(""));
  return path;
}

async function create({ client }: Suite, path: string, paths: string[], halfPrecision = false) {
  const spec = EmbeddingSpec.fromPartial({
    corpus: { paths: [path] },
    model: { kind: { $case: "given", value: { paths } }, halfPrecision },
  });
  return (await client.createEmbeddingSet({ requestId: "", spec })).embeddingSet?.id ?? "";
}

async function vectorsOf(suite: Suite, path: string, paths: string[], halfPrecision = false): Promise<number[][]> {
  const set = await untilEnded(suite, await create(suite, path, paths, halfPrecision));
  expect(set.status?.failure).toBeUndefined();
  expect(set.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  const manifest = await manifestOf(suite, set);
  const { dimensions } = manifest;
  const parts = await Promise.all(manifest.vectors.map((artifact) => contentOf(suite, artifact)));
  const { buffer } = Uint8Array.from(Buffer.concat(parts));
  expect(manifest.halfPrecision).toBe(halfPrecision);
  const values = halfPrecision ? [...fromHalves(new Uint16Array(buffer))] : [...new Float32Array(buffer)];
  return Array.from({ length: values.length / dimensions }, (_, r) =>
    values.slice(r * dimensions, (r + 1) * dimensions),
  );
}

function expectRows(found: number[][], wanted: number[][], digits = 6) {
  expect(found).toHaveLength(wanted.length);
  for (const [r, row] of found.entries()) {
    for (const [c, value] of row.entries()) expect(value).toBeCloseTo(wanted[r]?.[c] as number, digits);
  }
}

describe("vectors that exist already", () => {
  it.each(["half", "single", "double"])("are taken row by row from NumPy's files, in shards (%s)", async (type) => {
    const suite = await start(await directory(), { CLIMB_EMBEDDING_SHARD_DOCUMENTS: "2" });
    expectRows(await vectorsOf(suite, await corpus(), [fixture(`${type}.npy`)]), rows);
  });

  it("are taken from several NumPy files in the order of their names", async () => {
    const suite = await start(await directory());
    const folder = await directory();
    await copyFile(fixture("single.npy"), join(folder, "b.npy"));
    await copyFile(fixture("half.npy"), join(folder, "a.npy"));
    const ids = Array.from({ length: 10 }, (_, i) => `x${i}`);
    expectRows(await vectorsOf(suite, await corpus(ids), [folder]), [...rows, ...rows]);
  });

  it("are taken from files that were uploaded, whatever they are called, and by shards across files", async () => {
    const suite = await start(await directory(), { CLIMB_EMBEDDING_SHARD_DOCUMENTS: "3" });
    const upload = async (name: string) =>
      (await suite.platform.artifacts.put(`uploads/files/${name}`, await readFile(fixture(name)))).uri;
    const [npy, parquet] = [await upload("single.npy"), await upload("vectors.parquet")];
    const ids = Array.from({ length: 10 }, (_, i) => `x${i}`);
    expectRows(await vectorsOf(suite, await corpus(ids), [npy, fixture("half.npy")]), [...rows, ...rows]);
    expectRows(await vectorsOf(suite, await corpus(["doc-2", "doc-0"]), [parquet]), [rows[2], rows[0]] as number[][]);
  });

  it("are found by id in Parquet, in whatever order and however many more there are", async () => {
    const suite = await start(await directory(), { CLIMB_EMBEDDING_SHARD_DOCUMENTS: "2" });
    const path = await corpus(["doc-2", "doc-0", "doc-4"]);
    const expected = [rows[2], rows[0], rows[4]] as number[][];
    expectRows(await vectorsOf(suite, path, [fixture("vectors.parquet")]), expected);
  });

  it("are stored as float16 if that is asked for, with three digits", async () => {
    const suite = await start(await directory(), { CLIMB_EMBEDDING_SHARD_DOCUMENTS: "2" });
    expectRows(await vectorsOf(suite, await corpus(), [fixture("double.npy")], true), rows, 3);
  });

  it("embed no further texts", async () => {
    const suite = await start(await directory());
    const set = await untilEnded(suite, await create(suite, await corpus(), [fixture("half.npy")]));
    await expect(suite.client.embed({ embeddingSetId: set.id, texts: ["a"] })).rejects.toThrow(
      "were given; there is no model",
    );
  });

  it("are refused at the door, or end the job, with the file and what was expected", async () => {
    const suite = await start(await directory());
    const path = await corpus();
    const folder = await directory();
    const file = join(folder, "x.npy");
    await expect(create(suite, path, [file])).rejects.toThrow("does not exist");
    await writeFile(file, "no vectors");
    await expect(create(suite, path, [file])).rejects.toThrow("it does not begin as .npy files do");
    await expect(create(suite, path, [path])).rejects.toThrow("there is no .npy or Parquet file");
    await expect(create(suite, path, [fixture("half.npy"), fixture("vectors.parquet")])).rejects.toThrow(
      "expected one kind",
    );
    const renamed = EmbeddingSpec.fromPartial({
      corpus: { paths: [path] },
      model: { kind: { $case: "given", value: { paths: [fixture("vectors.parquet")], vectorField: "embedding" } } },
    });
    await expect(suite.client.createEmbeddingSet({ requestId: "", spec: renamed })).rejects.toThrow(
      'there is no column "embedding"; found id, vector',
    );

    const failure = async (ids: string[], name: string) =>
      (await untilEnded(suite, await create(suite, await corpus(ids), [fixture(name)]))).status?.failure?.message;
    expect(await failure(["a", "b"], "half.npy")).toContain("5 vectors, but the corpus has 2 documents");
    expect(await failure(["doc-1", "doc-9"], "vectors.parquet")).toContain('no vector for the document "doc-9"');
  });

  it("in NumPy's files say what they are", async () => {
    expect(await readNpyHeader(fixture("half.npy"))).toEqual({ type: "<f2", rows: 5, dimensions: 4, offset: 128 });
  });
});
