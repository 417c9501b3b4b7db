import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { corpusFolder } from "./testing/corpus-folder.js";

const folder = corpusFolder();
const record = (i: number) => `${JSON.stringify({ id: `d${i}`, text: `text number ${i}` })}\n`;
const lines = Array.from({ length: 50 }, (_, i) => record(i)).join("");
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"ab".repeat(32)}\nsize 123456789\n`;

describe("a broken file", () => {
  it.each<[string, string | Uint8Array, RegExp, RegExp]>([
    [
      "b.jsonl",
      pointer,
      /^b\.jsonl: a pointer of git-LFS to 123456789 bytes.*git lfs pull/,
      /123\.5 MB \(100 %\) lost/,
    ],
    ["b.parquet", pointer, /^b\.parquet: a pointer of git-LFS/, /123\.5 MB/],
    ["b.jsonl", new Uint8Array(5000), /^b\.jsonl: nothing but zeros \(5000 bytes\).*download/, /5\.0 kB/],
    ["b.parquet", new Uint8Array(5000), /^b\.parquet: nothing but zeros/, /5\.0 kB/],
    [
      "b.jsonl",
      lines.slice(0, -20).replaceAll('"d', '"e'),
      /^b\.jsonl, line 50: the file ends within this record/,
      /lost/,
    ],
    [
      "b.json",
      `[${record(60)},${record(61).slice(0, 20)}`,
      /^b\.json, line 2: the file ends within this record/,
      /lost/,
    ],
    ["b.json", `[${record(60)},`, /^b\.json, line 2: the file ends within this record/, /lost/],
    ["b.jsonl.gz", gzipSync(lines).subarray(0, 60), /^b\.jsonl\.gz.*: corrupt gzip: unexpected end of file/, /lost/],
  ])("%s (%#) is named as what it is, is an error, and costs only itself where that is allowed", async (...row) => {
    const [name, content, message, lost] = row;
    await folder.put({ "a.jsonl": lines, [name]: content, "c.jsonl": record(99) });
    const error = (await folder.read().catch((thrown) => thrown)) as Error;
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(lost);
    expect(error.message).toMatch(/1 file is broken.*--skip-broken-files$/);
    const { ids, bad } = await folder.read([""], { skipBrokenFiles: true });
    expect(ids).toEqual(expect.arrayContaining(["d0", "d49", "d99"]));
    expect(bad.filter(({ extent }) => extent === "file")).toHaveLength(1);
  });

  it("that ends in zeros keeps what stands before them", async () => {
    await folder.put({ "a.jsonl": Buffer.concat([Buffer.from(lines), new Uint8Array(4096)]) });
    await expect(folder.read()).rejects.toThrow(/^a\.jsonl, line 51: 4096 bytes of zeros.*4\.1 kB/);
    expect((await folder.read([""], { skipBrokenFiles: true })).documents).toHaveLength(50);
  });
});

describe("bad records", () => {
  const bad = ["{oops\n", '{"text":7}\n', '{"id":"d3","text":"again"}\n', '{"body":"x"}\n', "{oops\n"].join("");

  it("above the share are counted in records, bytes and share, by reason, with how to go on", async () => {
    await folder.put({ "a.jsonl": lines + bad });
    const error = (await folder.read([""], { maxBadShare: 0.01 }).catch((thrown) => thrown)) as Error;
    expect(error.message).toMatch(
      /^5 of 55 records \(9\.1 %\) cannot be used; the limit is 1\.0 %\. They have \d+ bytes \(/,
    );
    expect(error.message).toContain(
      'By reason: invalid JSON (2, 12 bytes), duplicate id (1, 5 bytes), field "text" is a number',
    );
    const [, share] = /--max-bad-share ([\d.]+)$/.exec(error.message) ?? [];
    expect(Number(share)).toBe(0.1);
    const { documents } = await folder.read([""], { maxBadShare: Number(share) });
    expect(documents).toHaveLength(50);
  });

  it("that are few but large are too many too", async () => {
    const large = `${JSON.stringify({ id: "d1", text: "again ".repeat(2000) })}\n`;
    await folder.put({ "a.jsonl": lines + large });
    await expect(folder.read([""], { maxBadShare: 0.05 })).rejects.toThrow(
      /1 of 51 records \(2\.0 %\).*12\.0 kB \(9\d %\)/,
    );
  });
});
