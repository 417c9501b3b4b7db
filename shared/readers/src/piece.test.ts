import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BadRecord, CorpusDocument, CorpusOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { listFiles } from "./list-files.js";
import { type Piece, planPieces, sizeOf } from "./piece.js";
import { type PieceTally, readPiece } from "./read-piece.js";

const options: CorpusOptions = {
  format: "auto",
  textField: "text",
  idField: "id",
  maxBadShare: 1,
  maxDocumentBytes: 1 << 20,
  maxDocuments: 0,
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "climb-pieces-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(name: string, content: string | Uint8Array): Promise<InputFile> {
  await writeFile(join(folder, name), content);
  return (await listFiles([join(folder, name)]))[0] as InputFile;
}

async function read(piece: Piece, linesBefore?: number) {
  const documents: CorpusDocument[] = [];
  const bad: BadRecord[] = [];
  const reading = readPiece(piece, options, { onBad: (record) => void bad.push(record), linesBefore });
  for (;;) {
    const next = await reading.next();
    if (next.done) return { documents, bad, tally: next.value as PieceTally };
    documents.push(...next.value);
  }
}

const listed = (name: string, sizeBytes: number): InputFile => ({
  path: `/nowhere/${name}`,
  name,
  sizeBytes,
  modifiedMs: 0,
  named: false,
});

describe("the pieces of a corpus", () => {
  it("hold small files together, and each file once, in their order", async () => {
    const files = Array.from({ length: 40 }, (_, i) => listed(`${i}.txt`, i % 3 === 0 ? 30_000 : 100));
    const pieces = await planPieces(files, options, 100_000);
    expect(pieces.length).toBeGreaterThan(4);
    expect(pieces.flatMap((piece) => piece.files)).toEqual(files);
    for (const piece of pieces) expect(sizeOf(piece)).toBeLessThanOrEqual(100_000);
    expect(await planPieces(files, options, 100_000_000)).toEqual([{ files }]);
  });

  it("stay what they are without some of the files, but for those that held them or stand beside", async () => {
    const files = Array.from({ length: 3000 }, (_, i) => listed(`folder/${i}.txt`, 1000 * (i % 30)));
    const namesOf = (pieces: Piece[]) => pieces.map((piece) => piece.files.map(({ name }) => name).join(" "));
    const before = new Set(namesOf(await planPieces(files, options, 8_000_000)));
    const gone = new Set([7, 1100, 1101, 2500]);
    const after = namesOf(
      await planPieces(
        files.filter((_, i) => !gone.has(i)),
        options,
        8_000_000,
      ),
    );
    expect(after.length).toBeGreaterThan(30);
    expect(after.filter((names) => !before.has(names)).length).toBeLessThanOrEqual(2 * gone.size);
  });

  it("are parts of large plain JSON lines and Parquet, and whole files of what cannot be cut", async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `${JSON.stringify({ id: `i${i}`, text: "t" })}\n`).join("");
    const noise = Array.from({ length: 900 }, (_, i) => `{"id":"n${i}","text":"${Math.sin(i)}"}\n`).join("");
    const files = [
      await put("a.jsonl", lines),
      await put("b.jsonl.gz", gzipSync(noise)),
      await put("c.txt", "words ".repeat(2000)),
      await put("packed.jsonl", gzipSync(noise)),
    ];
    const pieces = await planPieces(files, options, 4096);
    const size = files[0]?.sizeBytes ?? 0;
    expect(pieces.map(({ files: [file], part }) => [file?.name, part?.format, part?.range.start])).toEqual([
      ["a.jsonl", "jsonl", 0],
      ["a.jsonl", "jsonl", Math.floor(size / 2)],
      ["b.jsonl.gz", undefined, undefined],
      ["c.txt", undefined, undefined],
      ["packed.jsonl", undefined, undefined],
    ]);
    expect(await planPieces(files, { ...options, maxDocuments: 10 }, 4096)).toEqual([{ files }]);
  });

  it("of JSON lines have each line once, wherever the file is cut", async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 12 }).map((text) => JSON.stringify({ text: `x${text}` })),
      fc.constantFrom("", "{oops", " ", '{"id":"é🙂","text":"y"}'),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        async (lines, bytes, ends) => {
          const file = await put(`${run++}.jsonl`, `${lines.join("\n")}${ends ? "\n" : ""} `);
          const whole = await read({ files: [file] });
          const pieces = await planPieces([file], options, bytes);
          const parts = [];
          let lines0 = 0;
          for (const piece of pieces) {
            const part = await read(piece, lines0);
            lines0 += part.tally.lines;
            parts.push(part);
          }
          const withoutDuplicates = new Map(parts.flatMap(({ documents }) => documents).map((one) => [one.id, one]));
          expect([...withoutDuplicates.values()].map(({ id, text }) => [id, text])).toEqual(
            whole.documents.map(({ id, text }) => [id, text]),
          );
          const faults = (bad: BadRecord[]) => bad.filter(({ reason }) => !reason.startsWith("duplicate"));
          expect(parts.flatMap(({ bad }) => faults(bad))).toEqual(faults(whole.bad));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("of JSON lines without ids ask for the lines before them, having counted their own", async () => {
    const file = await put("unnamed.jsonl", Array.from({ length: 100 }, (_, i) => `{"text":"text ${i}"}\n`).join(""));
    const [first, second] = await planPieces([file], options, 1200);
    expect(second?.part?.range.start).toBeGreaterThan(0);
    const { tally: before } = await read(first as Piece);
    expect(before.needsLines).toBe(false);
    const { tally } = await read(second as Piece);
    expect(tally).toMatchObject({ needsLines: true, documents: 0, lines: 100 - before.lines });
    const { documents } = await read(second as Piece, before.lines);
    expect(documents[0]).toMatchObject({ id: `unnamed.jsonl:${before.lines + 1}`, text: `text ${before.lines}` });
  });

  it("of Parquet have each row group once, and tell once what is wrong with the file", async () => {
    const rows = Array.from({ length: 90 }, (_, i) => ({ id: `p${i}`, text: `row ${i} ${Math.sin(i)}` }));
    const columnData = [
      { name: "id", data: rows.map(({ id }) => id), type: "STRING" as const },
      { name: "text", data: rows.map(({ text }) => text), type: "STRING" as const },
    ];
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 10 }));
    const file = await put("rows.parquet", bytes);
    const pieces = await planPieces([file], options, 1000);
    expect(pieces.length).toBeGreaterThan(3);
    const parts = await Promise.all(pieces.map((piece) => read(piece)));
    expect(parts.flatMap(({ documents }) => documents.map(({ id }) => id))).toEqual(rows.map(({ id }) => id));
    expect(parts.filter(({ documents }) => documents.length > 0).length).toBeGreaterThan(2);

    const cut = await put("cut.parquet", bytes.subarray(0, bytes.length - 40));
    const broken = await Promise.all((await planPieces([cut], options, 1000)).map((piece) => read(piece)));
    expect(broken.flatMap(({ bad }) => bad)).toEqual([
      expect.objectContaining({ extent: "file", reason: expect.stringMatching(/^corrupt or truncated Parquet/) }),
    ]);
    expect(broken[0]?.tally.brokenBytes).toBe(cut.sizeBytes);
  });
});
