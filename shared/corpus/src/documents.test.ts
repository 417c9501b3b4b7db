import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAssigned, readDocuments } from "./documents.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "climb-documents-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, content: Uint8Array) {
  const path = join(folder, name);
  await writeFile(path, content);
  const found = [];
  for await (const document of readDocuments(path)) found.push(document);
  return found;
}

describe("readDocuments", () => {
  it("gives id and text of each line in order, whatever the text holds", async () => {
    const documents = [
      { id: "a", text: "one\ntwo\u2028three\u0085four\r\n" },
      { id: "b", text: "五🙂" },
    ];
    const lines = documents.map((document) => `${JSON.stringify({ ...document, source: "x" })}\n`).join("");
    expect(await read("good.gz", gzipSync(lines))).toEqual(documents);
  });

  it("names file and line of a line that is no document", async () => {
    const lines = '{"id":"a","text":"one"}\n{"id":"b"}\n';
    await expect(read("bad.gz", gzipSync(lines))).rejects.toThrow(/bad\.gz:2 needs strings "id" and "text"/);
    await expect(read("worse.gz", gzipSync("{\n"))).rejects.toThrow(/worse\.gz:1 is not JSON/);
  });

  it("fails on a file that was cut off, is damaged, is no gzip, or is not there", async () => {
    const whole = gzipSync(Array.from({ length: 500 }, (_, i) => `{"id":"${i}","text":"${Math.sin(i)}"}\n`).join(""));
    await expect(read("cut.gz", whole.subarray(0, whole.length / 2))).rejects.toThrow("unexpected end of file");
    await expect(read("plain.gz", Buffer.from("not compressed"))).rejects.toThrow("plain.gz:1 is not JSON");
    const damaged = whole.map((byte, i) => (i > 20 ? 0xff : byte));
    await expect(read("damaged.gz", damaged)).rejects.toThrow("invalid");
    const missing = readDocuments(join(folder, "missing.gz"));
    await expect(missing.next()).rejects.toThrow("ENOENT");
  });
});

describe("readAssigned", () => {
  it("refuses a shard with another number of assignments, by name", async () => {
    const [documentsPath, assignmentsPath] = [join(folder, "two.gz"), join(folder, "three.i32")];
    await writeFile(documentsPath, gzipSync('{"id":"a","text":"one"}\n{"id":"b","text":"two"}\n'));
    await writeFile(assignmentsPath, new Uint8Array(Int32Array.of(4, -1, 0).buffer));
    const found: object[] = [];
    const all = async () => {
      for await (const document of readAssigned([{ documentsPath, assignmentsPath }])) found.push(document);
    };
    await expect(all()).rejects.toThrow(/two\.gz:2 is the last document, expected 3/);
    await writeFile(assignmentsPath, new Uint8Array(Int32Array.of(4, -1).buffer));
    found.length = 0;
    await all();
    expect(found).toEqual([
      { index: 0, id: "a", text: "one", domain: 4 },
      { index: 1, id: "b", text: "two", domain: -1 },
    ]);
  });
});
