import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { corpusFolder } from "./testing/corpus-folder.js";

const folder = corpusFolder();
const records = [
  { id: "a", text: "one\nand more {of} [it]" },
  { id: "b", text: 'two "quoted" \\ and \u2028' },
  { id: "c", text: "three 🙂 é" },
];
const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
const array = JSON.stringify(records);
const pretty = JSON.stringify(records, undefined, 2);
const objects = records.map((record) => JSON.stringify(record, undefined, 2)).join("\n");
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const table = (separator: string) =>
  `id${separator}text\r\n${records.map(({ id, text }) => `${id}${separator}${quoted(text)}\r\n`).join("")}`;

describe("a file is what is in it", () => {
  it.each<[string, string | Uint8Array]>([
    ["a.jsonl", lines],
    ["a.jsonl", `\uFEFF${lines}`],
    ["a.jsonl", `\n\r\n  \n${lines}`],
    ["a.jsonl", lines.replaceAll("\n", "\r\n")],
    ["a.jsonl", lines.trimEnd()],
    ["a.jsonl", array],
    ["a.jsonl", objects],
    ["a.json", lines],
    ["a.json", array],
    ["a.json", `\uFEFF ${array}`],
    ["a.json", pretty],
    ["a.json", objects],
    ["a.ndjson", lines],
    ["a.txt", lines],
    ["a.log", lines],
    ["a", lines],
    ["a.data", array],
    ["part-00000", lines],
    ["a.json.gz", gzipSync(lines)],
    ["a.json.gz", gzipSync(array)],
    ["a.json.gz", gzipSync(pretty)],
    ["a.json.gz", lines],
    ["a.gz", gzipSync(lines)],
    ["a.jsonl", gzipSync(objects)],
    ["a.csv", table(",")],
    ["a.csv", `\uFEFF${table(",")}`],
    ["a.csv", table(";")],
    ["a.tsv", table("\t")],
    ["a.csv.gz", gzipSync(table(","))],
    ["a.txt", table(",")],
  ])("%s (%#) has the records", async (name, content) => {
    await folder.put({ [name]: content });
    const { documents } = await folder.read([name]);
    expect(documents.map(({ id, text }) => ({ id, text }))).toEqual(records);
    const { documents: found } = await folder.read([""]);
    expect(found).toEqual(documents);
  });

  it("and plain text or code is one document, though it begins as data does", async () => {
    const texts = {
      "a.md": "[a link](x) and more",
      "b.json": '{"name": "package", "version": "1.0.0"}\n',
      "c.c": "{ int x; }\n",
      "d.txt": "ORCHESTRA and PARENTS, SEQUENCES of them\n",
      "e.txt": "words, and more, words\nwith, some, commas\n",
      "f.py": "[{'x': 1}]\n",
      "g.csv": "height,width\n1,2\n",
    };
    await folder.put(texts);
    expect((await folder.read()).documents.map(({ id, text }) => [id, text])).toEqual(Object.entries(texts));
  });

  it("six packed JSON files are their records, and not six documents", async () => {
    for (let i = 0; i < 6; i++) {
      const part = records.map(({ text }, j) => ({ id: `${i}-${j}`, content: text, url: `https://x.org/${i}` }));
      await folder.put({ [`part-${i}.json.gz`]: gzipSync(part.map((one) => JSON.stringify(one)).join("\n")) });
    }
    expect((await folder.read()).documents).toHaveLength(18);
  });
});

describe("what cannot be read is refused by name with what to do", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["a.zip", Buffer.from("504b0304140000", "hex"), /^a\.zip: a zip archive.*unzip it/],
    ["a.avro", Buffer.from("4f626a0104", "hex"), /^a\.avro: an Avro file.*convert it/],
    ["a.orc", Buffer.from("4f524300ff", "hex"), /^a\.orc: an ORC file/],
    ["a.pdf", Buffer.from("%PDF-1.7\n%âãÏÓ"), /^a\.pdf: a PDF.*pdftotext/],
    ["a.warc.gz", gzipSync("WARC/1.0\r\nWARC-Type: response\r\n\r\n"), /^a\.warc\.gz: a WARC file.*extract/],
    ["a.rtf", Buffer.from("{\\rtf1\\ansi words}"), /^a\.rtf: an RTF file.*UTF-8/],
    ["a.ps", Buffer.from("%!PS-Adobe-3.0\n(words) show\n"), /^a\.ps: a PostScript file.*ps2ascii/],
    ["a.bin", Buffer.alloc(500, 3), /^a\.bin: binary file: many of its bytes are control characters/],
    ["a.jsonl.br", brotliCompressSync(lines), /^a\.jsonl\.br: packed by Brotli/],
    ["a.jsonl", gzipSync(gzipSync(lines)), /^a\.jsonl: packed twice/],
    ["a.jsonl.gz", Buffer.from([0, 1, 2, 0, 9, 9]), /^a\.jsonl\.gz: named as gzip, but it does not begin so/],
    ["a.parquet", Buffer.from("no table"), /^a\.parquet: named as Parquet, but it does not begin so/],
    ["a.jsonl", Buffer.from(lines, "utf16le"), /^a\.jsonl: UTF-16 text; expected UTF-8: convert it with iconv/],
    ["a.csv", Buffer.from(`\uFEFF${table(",")}`, "utf16le"), /^a\.csv: UTF-16 text/],
    ["a.jsonl", Buffer.concat([Buffer.from("fffe0000", "hex"), Buffer.from("7b000000", "hex")]), /UTF-32 text.*iconv/],
    ["a.csv", Buffer.from('id,text\n1,he said "hi" there\n'), /^a\.csv.*: no table: a quotation mark within a field/],
    ["a.jsonl", Buffer.from([0, 7, 1, 2, 255, 3]), /^a\.jsonl: binary data under a name of text/],
    [
      "a.csv",
      Buffer.from('id,text\n1,"never closed\n2,x\n'),
      /^a\.csv, line \d+: no table: Quote Not Closed|^a\.csv: no table/,
    ],
    ["a.json", Buffer.from("no JSON at all"), /^a\.json: no JSON records/],
  ])("%s (%#)", async (name, content, message) => {
    await folder.put({ [name]: content });
    const error = (await folder.read([name]).catch((thrown) => thrown)) as Error;
    expect(error).toMatchObject({ reason: "INPUT_BAD", message: expect.stringMatching(message) });
    expect(error.message).toContain("--skip-broken-files");
  });

  it("also among others in a folder; images are listed", async () => {
    await folder.put({ "a.txt": "text", "b.pdf": "%PDF-1.7\n", "c.png": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]) });
    await expect(folder.read()).rejects.toThrow(/^b\.pdf: a PDF/);
    const { texts, reasons } = await folder.read([""], { skipBrokenFiles: true });
    expect(texts).toEqual(["text"]);
    expect(reasons).toEqual([expect.stringMatching(/^b\.pdf: a PDF/), expect.stringMatching(/^c\.png: binary file/)]);
  });
});

describe("the field of the text", () => {
  it.each<[object, string]>([
    [{ content: "the text", url: "https://x.org", title: "a title" }, "content"],
    [{ raw_content: "the text", digest: "sha1:x" }, "raw_content"],
    [{ document: "the text", source: "x" }, "document"],
    [{ Text: "the text", Label: "x" }, "Text"],
    [{ review: "the text", label: 1 }, "review"],
    [{ question: "the text".repeat(20), answer: "x" }, "question"],
  ])("of %j is %s", async (record, field) => {
    await folder.put({ "a.jsonl": `${JSON.stringify(record)}\n` });
    expect((await folder.read()).texts).toEqual([(record as never)[field]]);
  });

  it("is text where there is one, whatever else there is", async () => {
    await folder.put({ "a.jsonl": JSON.stringify({ content: "longer than the other", text: "short" }) });
    expect((await folder.read()).texts).toEqual(["short"]);
  });

  it("of a table is none of its first record: a table without names of columns is refused", async () => {
    await folder.put({ "a.csv": "r0,some words of a text\nr1,other words of a text\n" });
    await expect(folder.read(["a.csv"])).rejects.toThrow(/no field "text"; found fields r0, some words of a text/);
    await folder.put({ "b.csv": `id,Review Text\nr1,${"other words of a text ".repeat(3)}\n` });
    expect((await folder.read(["b.csv"])).texts).toHaveLength(1);
  });

  it("that is null is said to be null", async () => {
    await folder.put({ "a.jsonl": '{"id":"a","text":null}\n' });
    await expect(folder.read()).rejects.toThrow(/field "text" is null, expected a string/);
  });

  it("that is not clear is asked for, with the fields that there are", async () => {
    await folder.put({ "a.jsonl": `${JSON.stringify({ premise: "one text", hypothesis: "another" })}\n` });
    await expect(folder.read()).rejects.toThrow(/no field "text"; found fields premise, hypothesis/);
    expect((await folder.read([""], { textField: "premise" })).texts).toEqual(["one text"]);
    await folder.put({ "b.csv": "premise,hypothesis\none text,another\n" });
    await expect(folder.read(["b.csv"])).rejects.toThrow(/no field "text"; found fields premise, hypothesis/);
  });
});
