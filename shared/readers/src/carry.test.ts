import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { writtenTime } from "./carry.js";
import { corpusFolder } from "./testing/corpus-folder.js";

const folder = corpusFolder();
const door = (name: string) => fileURLToPath(new URL(`../fixtures/door/${name}`, import.meta.url));
const record =
  '{"id":"a","text":"one","url":"https://x.org","n":9007199254740993,"score":NaN,"tags":["p", 1.50],"none":null}';

describe("fields that are carried", () => {
  it("are kept from JSON as they are written, by name", async () => {
    await folder.put({
      "a.jsonl": `${record}\n{"id":"b","text":"two"}\n`,
      "b.json": `[${record.replace('"a"', '"c"')}]`,
    });
    const { documents } = await folder.read([""], { carry: ["url", "n", "score", "tags", "none", "no such field"] });
    const carried = { url: "https://x.org", n: "9007199254740993", score: "NaN", tags: '["p", 1.50]' };
    expect(documents.map(({ id, fields }) => [id, fields])).toEqual([
      ["a", carried],
      ["b", undefined],
      ["c", carried],
    ]);
  });

  it("are all of them as one JSON object, but for text and id", async () => {
    await folder.put({ "a.jsonl": `${record}\n`, "b.csv": 'id,text,url,"a ""b"""\nc,three,https://y.org,4\n' });
    const { documents } = await folder.read([""], { carry: ["*"] });
    expect(documents.map(({ fields }) => fields?.["*"])).toEqual([
      '{"url":"https://x.org","n":9007199254740993,"score":"NaN","tags":["p", 1.50],"none":null}',
      '{"url":"https://y.org","a \\"b\\"":"4"}',
    ]);
  });

  it("are none unless they are asked for, and NaN in others costs no document", async () => {
    await folder.put({
      "a.jsonl": `${record}\n{"id":"b","text":"x","y":-Infinity}\n`,
      "b.json": `[${record}]`.replace('"a"', '"c"'),
    });
    const { documents, bad } = await folder.read();
    expect(documents.map(({ id, fields }) => [id, fields])).toEqual([
      ["a", undefined],
      ["b", undefined],
      ["c", undefined],
    ]);
    expect(bad).toEqual([]);
  });

  it.each(["parquet", "arrow"])("have the values that pyarrow wrote into %s", async (kind) => {
    const expected: Record<string, (string | null)[]> = JSON.parse(readFileSync(door("carried.json"), "utf8"));
    const names = Object.keys(expected);
    await folder.put({ [`a.${kind}`]: readFileSync(door(`carried/fields.${kind}`)) });
    const { documents } = await folder.read([""], { carry: names });
    for (const name of names) {
      expect(
        documents.map(({ fields }) => fields?.[name] ?? null),
        name,
      ).toEqual(expected[name]);
    }
    const all = (await folder.read([""], { carry: ["*"] })).documents.map(({ fields }) =>
      JSON.parse(fields?.["*"] ?? ""),
    );
    expect(all.map(Object.keys)).toEqual(documents.map(() => names));
  });

  it("that are times keep every digit", () => {
    expect(writtenTime(1n, 0)).toBe("1970-01-01T00:00:01Z");
    expect(writtenTime(-1n, 9)).toBe("1969-12-31T23:59:59.999999999Z");
    expect(writtenTime(1_700_000_000_123_456n, 6)).toBe("2023-11-14T22:13:20.123456Z");
    expect(writtenTime(10n ** 18n, 0)).toBe(String(10n ** 18n));
  });
});
