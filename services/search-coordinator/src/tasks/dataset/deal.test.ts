import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { shuffleKey } from "@climb/numeric";
import { taskHere } from "@climb/testkit";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Dealing, dealShard } from "./deal.js";
import { type WrittenPart, writeAssignments, writeDomain, writeMixed } from "./write-parts.js";

const PARTS = 3;
const FIRST = 10;
const domainIds = ["A", "B", "C", "D"];
// Ids and texts with all that JSON writes in a way of its own.
const documents = Array.from({ length: 60 }, (_, i) => ({
  id: i % 7 === 0 ? `quo"te\\${i}\u2028` : `id${i}`,
  text: `text ${i} \u2028 "x"\n\\ é🙂 ${"lorem ipsum ".repeat(i % 30)}`,
  source: "s",
  ...(i % 2 === 1 && { fields: { a: `field ${i}` } }),
}));
const domains = Int32Array.from(documents, (_, i) => (i % 5) - 1);
const copies = Uint16Array.from(documents, (_, i) => ((domains[i] as number) < 0 ? 0 : i % 3));
const nameOf = (i: number) => domainIds[domains[i] as number] ?? null;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "climb-deal-"));
  const lines = documents.map((document) => `${JSON.stringify(document)}\n`).join("");
  await writeFile(join(folder, "shard.gz"), gzipSync(lines));
  await writeFile(join(folder, "assignments.i32"), domains);
});
afterAll(() => rm(folder, { recursive: true }));

/** Deals the shard and writes each part; the rows of each as another library reads them. */
async function rowsOf(dealing: Dealing, carried: string[]) {
  const shard = { documentsPath: join(folder, "shard.gz"), assignmentsPath: join(folder, "assignments.i32") };
  const path = join(folder, "dealt");
  await dealShard({ shard, first: FIRST, domainIds, carried, dealing, path }, taskHere);
  const bytes = await readFile(path);
  const count = dealing.kind === "mixed" ? dealing.parts : domainIds.length + 1;
  const table = new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 8 * (count + 1)));
  const all = [];
  for (let part = 0; part < count; part++) {
    const partPath = join(folder, "part");
    await writeFile(partPath, bytes.subarray(Number(table[part]), Number(table[part + 1])));
    const task = { path: partPath, folder: join(folder, "out"), fileBytes: Number.POSITIVE_INFINITY, carried };
    const write = dealing.kind === "mixed" ? writeMixed : part < domainIds.length ? writeDomain : writeAssignments;
    const { paths, textBytes }: WrittenPart = await write(task);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(paths[0] as string) });
    all.push({ rows, textBytes });
  }
  return all;
}

describe("a shard that is dealt and written", () => {
  const carriedCases = [[], ["a"]];
  const carriedOf = (document: (typeof documents)[number], carried: string[]) =>
    carried.length > 0 && { a: ("fields" in document && document.fields?.a) || null };

  it.each(carriedCases)("has every copy in the order of the shuffle, carried: %s", async (...carried) => {
    const all = documents.flatMap((document, i) =>
      Array.from({ length: copies[i] as number }, (_, copy) => ({
        key: shuffleKey(1, FIRST + i, copy),
        row: { id: document.id, domain: nameOf(i), text: document.text, ...carriedOf(document, carried) },
      })),
    );
    const found = await rowsOf({ kind: "mixed", seed: 1, parts: PARTS, copies }, carried);
    found.forEach(({ rows, textBytes }, part) => {
      const mine = all.filter(({ key }) => Math.floor(key * PARTS) === part).sort((a, b) => a.key - b.key);
      expect(rows).toEqual(mine.map(({ row }) => row));
      expect(textBytes).toBe(mine.reduce((sum, { row }) => sum + Buffer.byteLength(row.text), 0));
    });
  });

  it.each(carriedCases)("has each domain's documents, and the domain of all, carried: %s", async (...carried) => {
    const found = await rowsOf({ kind: "split" }, carried);
    domainIds.forEach((name, d) => {
      const mine = documents.filter((_, i) => nameOf(i) === name);
      const rows = mine.map((document) => ({ id: document.id, text: document.text, ...carriedOf(document, carried) }));
      expect(found[d]?.rows).toEqual(rows);
    });
    expect(found[domainIds.length]?.rows).toEqual(documents.map(({ id }, i) => ({ id, domain: nameOf(i) })));
  });
});
