import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BadRecord, CorpusDocument, CorpusOptions } from "./document.js";
import { listFiles } from "./list-files.js";
import { readCorpus } from "./read-corpus.js";

const defaults: CorpusOptions = {
  format: "auto",
  textField: "text",
  idField: "id",
  maxBadShare: 0.5,
  maxDocumentBytes: 1 << 20,
  maxDocuments: 0,
};

const ZSTD_THREE_LINES = "KLUv/QRYvQEApAJ7ImlkIjoiejAiLCJ0ZXh0IjoicGFja2VkIHRleHQgMCJ9CjExMjIifQoEAEAJMA4oNkMoMrUUTJw=";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "climb-corpus-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: { [name: string]: string | Uint8Array }): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function read(paths: string[] = [""], options: Partial<CorpusOptions> = {}) {
  const documents: CorpusDocument[] = [];
  const bad: BadRecord[] = [];
  const files = await listFiles(paths.map((path) => join(folder, path)));
  for await (const document of readCorpus(files, { ...defaults, ...options }, (record) => bad.push(record))) {
    documents.push(document);
  }
  return { documents, bad, texts: documents.map(({ text }) => text), reasons: bad.map(({ reason }) => reason) };
}

const lines = (...records: unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");
const many = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `d${i}`, text: `text number ${i}` }));

describe("JSON lines", () => {
  it("are read plain and packed, with ids or without, in the order of the files' names", async () => {
    await put({
      "b.jsonl.gz": gzipSync(lines({ id: 7, text: "second" })),
      "a.jsonl": `\uFEFF${lines({ text: "first" })}\n`,
      "c.json.gz": gzipSync(lines({ id: "c", text: "third" })),
    });
    expect((await read()).documents).toEqual([
      { id: "a.jsonl:1", text: "first", source: "a.jsonl" },
      { id: "7", text: "second", source: "b.jsonl.gz" },
      { id: "c", text: "third", source: "c.json.gz" },
    ]);
  });
  it("are read from zstd, several frames in one file too, and a cut or damaged file keeps what was before", async () => {
    // Packed by the zstd 1.5 command: lines {"id":"z0","text":"packed text 0"} … z2.
    const packed = Buffer.from(ZSTD_THREE_LINES, "base64");
    await put({ "a.jsonl.zst": packed, "b.zst": Buffer.concat([packed, packed]) });
    const { documents, reasons } = await read([""], { maxBadShare: 1 });
    expect(documents.map(({ id, source }) => `${id} ${source}`)).toEqual(
      ["z0", "z1", "z2"].map((id) => `${id} a.jsonl.zst`),
    );
    expect(documents[2]?.text).toBe("packed text 2");
    // Every line of the second file, in both frames, is there before.
    expect(reasons).toEqual(["z0", "z1", "z2", "z0", "z1", "z2"].map((id) => `duplicate id "${id}"`));

    await put({ "c/cut.jsonl.zst": packed.subarray(0, packed.length - 6) });
    const cut = (await read(["c"]).catch((error: Error) => error)) as Error;
    expect(cut.message).toMatch(/cut\.jsonl\.zst: corrupt zstd: unexpected end of file; the rest of the file is lost/);
  });
  it("may hold a document of 50 MB, which is cut into pieces that lose nothing", async () => {
    const paragraph = `${"many words of one paragraph ".repeat(40)}\n\n`;
    const text = paragraph.repeat(Math.ceil(50e6 / paragraph.length));
    await put({ "big.jsonl": lines({ id: "big", text }, { id: "small", text: "after it" }) });
    const { documents } = await read();
    expect(documents).toHaveLength(Math.ceil(text.length / (1 << 20)) + 1);
    expect(documents.slice(0, 2).map(({ id }) => id)).toEqual(["big", "big#2"]);
    const length = documents.reduce((total, document) => total + document.text.length, 0);
    expect(length).toBe(text.length + "after it".length);
    expect(Math.max(...documents.map(({ text: piece }) => piece.length))).toBeLessThanOrEqual(1 << 20);
  });
  it("take the names of their fields from the options", async () => {
    await put({ "a.jsonl": lines({ key: "k", body: "hello" }) });
    expect((await read([""], { textField: "body", idField: "key" })).documents[0]).toMatchObject({
      id: "k",
      text: "hello",
    });
  });
  it("put each bad record into the quarantine with its line and reason, and read on", async () => {
    const invalid = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n')]);
    const faulty = ["{oops\n", lines({ body: "x" }, { text: 3 }, { text: " " }, [1], { id: "d1", text: "again" })].join(
      "",
    );
    await put({ "a.jsonl": Buffer.concat([Buffer.from(lines(...many(9))), Buffer.from(faulty), invalid]) });
    const { documents, bad } = await read();
    expect(documents).toHaveLength(9);
    expect(bad.map(({ line }) => line)).toEqual([10, 11, 12, 13, 14, 15, 16]);
    expect(bad.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^invalid JSON/),
      'no field "text"; found fields body',
      'field "text" is a number, expected a string',
      'field "text" is empty',
      "expected a JSON object",
      'duplicate id "d1"',
      "invalid UTF-8",
    ]);
  });
  it("stop the reading when too many are bad", async () => {
    await put({ "a.jsonl": `${lines(...many(2))}{oops\n` });
    await expect(read([""], { maxBadShare: 0.1 })).rejects.toMatchObject({
      reason: "INPUT_BAD",
      message: expect.stringMatching(
        /1 of 3 records \(33 %\) cannot be used; the limit is 10 %.*a\.jsonl, line 3: invalid JSON/,
      ),
    });
  });
  it("of a corrupt gzip are kept up to the damage, and the file's bytes count as lost", async () => {
    const noise = Array.from({ length: 3000 }, (_, i) => ({ id: `n${i}`, text: `${Math.sin(i)} ${Math.cos(i)}` }));
    const packed = gzipSync(lines(...noise));
    await put({
      "a.jsonl.gz": packed.subarray(0, packed.length / 2),
      "b.jsonl.gz": gzipSync(lines({ id: "b", text: "b" })),
    });
    const { documents, reasons } = await read([""], { skipBrokenFiles: true });
    expect(documents.length).toBeGreaterThan(100);
    expect(documents.at(-1)?.id).toBe("b");
    expect(reasons).toEqual([
      expect.stringMatching(/^corrupt gzip: unexpected end of file; the rest of the file is lost/),
    ]);
    await expect(read()).rejects.toThrow(
      /^a\.jsonl\.gz, line \d+: corrupt gzip.*1 file is broken: .* lost.*--skip-broken-files$/,
    );
  });
});

describe("Parquet", () => {
  // Two row groups each, written by pyarrow: fixtures/parquet/make.py.
  it.each(["zstd", "snappy"])("is read as pyarrow packs it with %s", async (codec) => {
    const fixture = new URL(`../fixtures/parquet/${codec}.parquet`, import.meta.url);
    await put({ "a.parquet": await readFile(fixture) });
    const { documents } = await read();
    expect(documents.map(({ id, text }) => `${id}: ${text}`)).toEqual(
      Array.from({ length: 6 }, (_, i) => `p${i}: row ${i} of the table`),
    );
  });
  const table = (rows: { id: string; text: string | null }[], rowGroupSize = 2) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "id", data: rows.map(({ id }) => id), type: "STRING" },
          { name: "text", data: rows.map(({ text }) => text), type: "STRING", nullable: true },
        ],
        rowGroupSize,
      }),
    );
  it("is read row group by row group", async () => {
    await put({ "a.parquet": table(many(5)) });
    expect((await read()).documents.map(({ id, text }) => ({ id, text }))).toEqual(many(5));
  });
  it("names the row of a missing text", async () => {
    await put({ "a.parquet": table([...many(3), { id: "x", text: null }]) });
    expect((await read()).bad).toEqual([expect.objectContaining({ file: "a.parquet", line: 4 })]);
  });
  it("that was cut off or has no such column is one clear message", async () => {
    await put({ "a.parquet": table(many(50)).subarray(0, 300) });
    await expect(read()).rejects.toThrow(/^a\.parquet: corrupt or truncated Parquet/);
    await put({ "a.parquet": table(many(5)) });
    await expect(read([""], { textField: "body" })).rejects.toThrow(/no column "body"; found columns id, text/);
  });
});

describe("a folder of files", () => {
  it("that is a Hugging Face data set gives its records alone, and not its card and descriptions", async () => {
    const rows = (split: string) =>
      Buffer.from(
        parquetWriteBuffer({
          columnData: [{ name: "text", data: [`one of ${split}`, `two of ${split}`], type: "STRING" }],
        }),
      );
    await put({
      "data/train-00000-of-00001.parquet": rows("train"),
      "data/test-00000-of-00001.parquet": rows("test"),
      "README.md": "---\ndataset_info: {}\n---\n# A data set\n",
      ".gitattributes": "*.parquet filter=lfs\n",
      "dataset_infos.json": "{}",
      LICENSE: "Apache",
    });
    const { texts, bad } = await read();
    expect([texts, bad]).toEqual([["one of test", "two of test", "one of train", "two of train"], []]);
  });
  it("gives one document a file, passes over .git, and lists what is no text without blame", async () => {
    await put({
      "notes.md": "# Title\n",
      "src/main.c": "int main() {}\n",
      ".git/config": "[core]\n",
      "logo.png": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1]),
      "empty.py": "",
    });
    const { documents, bad } = await read([""], { maxBadShare: 0 });
    expect(documents.map(({ id }) => id)).toEqual(["notes.md", "src/main.c"]);
    expect(bad.map(({ file, reason }) => [file, reason])).toEqual([
      ["empty.py", "the file is empty (0 bytes)"],
      ["logo.png", "binary file: NUL byte at 4; expected UTF-8 text"],
    ]);
  });
  it("counts a text file in another encoding as bad", async () => {
    await put({ "a.txt": Buffer.from("na\xefve and plain".repeat(10), "latin1"), "b.txt": "good" });
    expect((await read([""], { maxBadShare: 1 })).reasons).toEqual(["invalid UTF-8 after byte 0"]);
  });
  it("cuts a long file, also in the middle of the pieces that are read from disk", async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `Zeile Nummer ${i} für die Prüfung`).join("\n");
    await put({ "long.txt": text });
    const { documents, texts } = await read([""], { maxDocumentBytes: 10_000 });
    expect(texts.join("")).toBe(text);
    expect(documents.slice(0, 2).map(({ id }) => id)).toEqual(["long.txt", "long.txt#2"]);
    expect(texts.every((piece) => Buffer.byteLength(piece) <= 10_000)).toBe(true);
  });
  it("is read evenly when only some documents are wanted", async () => {
    await put({
      "a.jsonl": lines(...many(9)),
      "b.txt": "one",
      "c.jsonl": lines({ text: "x" }, { text: "y" }, { text: "z" }),
    });
    expect((await read([""], { maxDocuments: 6 })).documents.map(({ id }) => id)).toEqual([
      ...["d0", "d1", "b.txt", "c.jsonl:1", "c.jsonl:2", "c.jsonl:3"],
    ]);
  });
});

describe("paths", () => {
  it("may have brackets in names that are there as they are written, and patterns below them", async () => {
    await put({ "[v2]/a.txt": "a", "[v2]/b.md": "b", "v/c.txt": "c", "x*/d.txt": "d", "xy/e.txt": "e" });
    expect((await read(["[v2]/*.txt"])).texts).toEqual(["a"]);
    expect((await read(["[v2]"])).texts).toEqual(["a", "b"]);
    expect((await read(["[uvw]/*.txt"])).texts).toEqual(["c"]);
    expect((await read(["x*/*.txt"])).texts).toEqual(["d"]);
    expect((await read(["x?/*.txt"])).texts).toEqual(["d", "e"]);
  });
  it("may be globs and lists, and a file that is reached twice is read once", async () => {
    await put({ "x/a.txt": "a", "x/y/b.txt": "b", "x/c.md": "c" });
    expect((await read(["x/**/*.txt", "x/a.txt", "x/c.md"])).texts).toEqual(["a", "b", "c"]);
  });
  it.each([
    ["missing.jsonl", /missing\.jsonl does not exist; expected a readable file/],
    ["none-*.txt", /none-\*\.txt: no file matches this pattern/],
    ["hollow", /hollow: this directory holds no file/],
    ["zero.jsonl", /zero\.jsonl: this file is empty \(0 bytes\)/],
    ["blank.jsonl", /no document in .*blank\.jsonl; expected/],
    ["broken.jsonl.gz", /^broken\.jsonl\.gz: corrupt gzip/],
    ["image.bin", /image\.bin: binary file: NUL byte at 0/],
    ["latin.txt", /latin\.txt: invalid UTF-8/],
  ])("%s gives one clear message", async (path, message) => {
    await mkdir(join(folder, "hollow"));
    await put({ "zero.jsonl": "", "blank.jsonl": "\n\n", "broken.jsonl.gz": Buffer.from([0x1f, 0x8b, 8, 0, 9, 9, 9]) });
    await put({
      "image.bin": Buffer.from([0, 1, 2, 3, 4, 5, 6]),
      "latin.txt": Buffer.from("caf\xe9 au lait, plain otherwise", "latin1"),
    });
    await expect(read([path])).rejects.toThrow(message);
  });
});
