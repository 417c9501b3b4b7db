import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import { type TemporaryDirectory, temporaryDirectory } from "@climb/testkit";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { climb } from "../support/command-line.js";

const PER_KIND = 60;
const KINDS = ["cat", "dog", "bird"];
const DIMENSIONS = 6;

let folder: TemporaryDirectory;
let suite: Suite;
let corpus: string;
let vectors: string;
const rows = KINDS.flatMap((kind) => Array.from({ length: PER_KIND }, (_, i) => ({ id: `${kind}-${i}`, kind })));

beforeAll(async () => {
  folder = await temporaryDirectory();
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent" });
  corpus = join(folder.path, "images.jsonl");
  vectors = join(folder.path, "images.npy");
  const lines = rows.map(
    ({ id }, i) => `${JSON.stringify({ id, url: `https://images.example/${i}.jpg`, width: i })}\n`,
  );
  writeFileSync(corpus, lines.join(""));
  const random = seeded("images");
  const values = rows.flatMap(({ kind }) =>
    Array.from({ length: DIMENSIONS }, (_, d) => (d === KINDS.indexOf(kind) ? 1 : 0) + 0.1 * random.float()),
  );
  writeFileSync(vectors, npy(values, rows.length));
});

afterAll(async () => {
  await suite.close();
  await folder[Symbol.asyncDispose]();
});

/** float32 rows as NumPy's own format, version 1.0. */
function npy(values: readonly number[], count: number): Buffer {
  const shape = `(${count}, ${values.length / count})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  const head = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, "latin1"), Buffer.from(Float32Array.from(values).buffer)]);
}

async function table(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path) });
}

const run = (...words: string[]) => climb("--address", suite.address, ...words);
const find = (...more: string[]) => run("domains", "find", corpus, "--no-text", "--carry", "url", ...more);

describe("records with vectors and no text", { timeout: 60_000 }, () => {
  it("become domains and manifests by id, and a mixture that is counted in documents", async () => {
    const [set] = (await find("--vectors", vectors, "--clusters", "3", "--count", "3")) as {
      id: string;
      domains: { id: string; documents: string }[];
    }[];
    expect(set?.domains.map(({ documents }) => Number(documents))).toEqual([PER_KIND, PER_KIND, PER_KIND]);
    const [first = "", second = "", third = ""] = set?.domains.map(({ id }) => id) ?? [];
    const mixture = join(folder.path, "mixture.json");
    writeFileSync(mixture, JSON.stringify({ [first]: 0.5, [second]: 0.3, [third]: 0.2 }));
    const out = join(folder.path, "out");
    await run("domains", "export", set?.id ?? "", "--out", out, "--mixture", mixture, "--documents", "100");

    const assigned = await table(join(out, "assignments.parquet"));
    expect(assigned.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const domainOf = new Map(assigned.map(({ id, domain }) => [id as string, domain as string]));
    // Each kind lies in one domain of its own.
    const pairs = new Set(rows.map(({ id, kind }) => `${kind} ${domainOf.get(id)}`));
    expect(pairs.size).toBe(KINDS.length);

    const sample = await table(join(out, "train-00000-of-00001.parquet"));
    const counts = [first, second, third].map((id) => sample.filter(({ domain }) => domain === id).length);
    expect(counts).toEqual([50, 30, 20]);
    for (const { id, domain, url, text } of sample) {
      expect([domain, text]).toEqual([domainOf.get(id as string), ""]);
      expect(url).toBe(`https://images.example/${rows.findIndex((row) => row.id === id)}.jpg`);
    }
    const [verified] = await run("dataset", "verify", out);
    expect(verified).toMatchObject({ faults: [], documents: 100, textBytes: 0 });
  });

  it("are refused where text is needed: by models of text, rules of quality and searches", async () => {
    await expect(find()).rejects.toThrow("unless vectors are given");
    await expect(find("--vectors", vectors, "--min-quality", "2")).rejects.toThrow("no text to judge");
    const search = join(folder.path, "search.yaml");
    writeFileSync(join(folder.path, "target.txt"), "some text\n".repeat(20));
    writeFileSync(search, "corpus: images.jsonl\ntargets: [{name: a, paths: target.txt}]\n");
    await expect(run("run", search, "--no-text", "--out", join(folder.path, "search"))).rejects.toThrow(
      "proxies are trained on text",
    );
  });
});
