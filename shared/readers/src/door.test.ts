import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { BadRecord, CorpusDocument, CorpusOptions } from "./document.js";
import { listFiles } from "./list-files.js";
import { readCorpus } from "./read-corpus.js";
import { strict } from "./testing/corpus-folder.js";

// Made by pyarrow, Python's own packers, python-zstandard and python-lz4: fixtures/door/make.py.
const fixtures = fileURLToPath(new URL("../fixtures/door/", import.meta.url));
const records: { id: string; text: string }[] = JSON.parse(readFileSync(`${fixtures}records.json`, "utf8"));
const numbers: Record<string, string[]> = JSON.parse(readFileSync(`${fixtures}ids.json`, "utf8"));
const namesIn = (folder: string) => readdirSync(fixtures + folder).sort();

async function read(path: string, changes: Partial<CorpusOptions> = {}): Promise<CorpusDocument[]> {
  const documents: CorpusDocument[] = [];
  const bad: BadRecord[] = [];
  for await (const document of readCorpus(await listFiles([path]), { ...strict, ...changes }, (one) => bad.push(one))) {
    documents.push(document);
  }
  return documents;
}

const bare = (documents: readonly CorpusDocument[]) => documents.map(({ id, text }) => ({ id, text }));

describe("what others have packed", () => {
  it.each(namesIn("packed"))("is read to the last record from %s", async (name) => {
    const documents = await read(`${fixtures}packed/${name}`);
    expect(bare(documents)).toEqual(records);
  });

  it.each([
    [
      "sha256.jsonl.xz",
      /corrupt xz: it has a check or a filter that is not supported; pack it again with xz --check=crc64/,
    ],
    ["alone.jsonl.lzma", /packed by the old LZMA format, which is not read; pack it again with xz/],
    ["legacy.jsonl.lz4", /corrupt lz4: it is of the legacy frame format; pack it again/],
    [
      "window.jsonl.zst",
      /corrupt zstd: its window is 2048 MiB long, at most 512 are read; pack it again with zstd --long=29/,
    ],
  ])("is refused from %s with what to do", async (name, message) => {
    await expect(read(`${fixtures}refused/${name}`)).rejects.toMatchObject({
      reason: "INPUT_BAD",
      message: expect.stringMatching(message),
    });
  });
});

describe("Parquet by pyarrow", () => {
  it.each(namesIn("parquet"))("has its values in %s", async (name) => {
    expect(bare(await read(`${fixtures}parquet/${name}`))).toEqual(records);
  });

  it("and checksums never loses or changes a record in silence, whichever bit of it has changed", async () => {
    const whole = readFileSync(`${fixtures}parquet/sums.parquet`);
    const folder = mkdtempSync(join(tmpdir(), "climb-door-"));
    const outcomes = { same: 0, refused: 0 };
    for (let at = 4; at < whole.length - 8; at += 17) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(join(folder, "changed.parquet"), changed);
      const documents = await read(join(folder, "changed.parquet")).catch(
        (error) => void expect(error.reason).toMatch(/^INPUT_/),
      );
      if (documents) expect(bare(documents), `bit of byte ${at}`).toEqual(records);
      outcomes[documents ? "same" : "refused"]++;
    }
    rmSync(folder, { recursive: true });
    expect(outcomes.refused).toBeGreaterThan(outcomes.same);
  });

  it.each(namesIn("parquet-ids"))("and Arrow keep all digits of ids in %s", async (name) => {
    const [, kind = ""] = /^(\w+)/.exec(name) ?? [];
    const documents = await read(`${fixtures}parquet-ids/${name}`);
    expect(documents.map(({ id }) => id)).toEqual(numbers[kind]);
    expect(documents.map(({ text }) => text)).toEqual(records.map(({ text }) => text));
  });
});

describe("Arrow by pyarrow", () => {
  it.each(namesIn("arrow"))("has its values in %s", async (name) => {
    expect(bare(await read(`${fixtures}arrow/${name}`))).toEqual(records);
  });
});

describe("an xz file that is left before its end", () => {
  it("keeps none after it from being read", async () => {
    const whole = readFileSync(`${fixtures}packed/lines.jsonl.xz`);
    const folder = mkdtempSync(join(tmpdir(), "climb-door-"));
    const names = ["a.xz", "b.xz"].map((name) => join(folder, name));
    // No Arrow, which is found at its first bytes.
    for (const name of names) writeFileSync(name, whole);
    for (const name of names)
      await expect(read(name, { format: "arrow" })).rejects.toThrow(/corrupt or truncated Arrow/);
    rmSync(folder, { recursive: true });
    expect(await read(`${fixtures}packed/lines.jsonl.xz`)).toHaveLength(records.length);
  });
});

describe("tar archives by Python", () => {
  it.each(namesIn("tar"))("have their samples in %s", async (name) => {
    const documents = await read(`${fixtures}tar/${name}`);
    expect(documents.map(({ text }) => text)).toEqual(records.map(({ text }) => text));
    const named = records.map(({ id }) => (name === "texts.tar" ? `texts.tar/${id}` : id));
    expect(documents.map(({ id }) => id)).toEqual(named);
  });
});
