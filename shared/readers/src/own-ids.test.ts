import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { listFiles } from "./list-files.js";
import { withOwnIds } from "./own-ids.js";
import { corpusFolder, strict } from "./testing/corpus-folder.js";

const folder = corpusFolder();
const lines = (name: string, ids: (number | string)[]) =>
  ids.map((id) => `${JSON.stringify({ id, text: `text ${id} of ${name}` })}\n`).join("");
const table = (name: string, count: number) =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "id", data: Array.from({ length: count }, (_, i) => i), type: "INT32" },
        { name: "text", data: Array.from({ length: count }, (_, i) => `text ${i} of ${name}`), type: "STRING" },
      ],
    }),
  );

describe("ids that begin anew in each file", () => {
  it("are made unique by file, which is said in a sentence; other files keep theirs", async () => {
    await folder.put({
      "a.jsonl": lines("a", [0, 1, 2, 3]),
      "b.jsonl": lines("b", [0, 1, 2]),
      "c.jsonl": lines("c", ["x", "y"]),
    });
    const { documents } = await folder.read();
    expect(documents.map(({ id }) => id)).toEqual([
      ...["a.jsonl/0", "a.jsonl/1", "a.jsonl/2", "a.jsonl/3"],
      ...["b.jsonl/0", "b.jsonl/1", "b.jsonl/2", "x", "y"],
    ]);
    const { note } = await withOwnIds(await listFiles([folder.path()]), strict);
    expect(note).toBe(
      '2 files begin their ids anew (the ids 0, 1, 2, …): their documents are named "<file>/<id>", as in "a.jsonl/…"',
    );
  });

  it("are found in Parquet too", async () => {
    await folder.put({ "a.parquet": table("a", 5), "b.parquet": table("b", 3) });
    expect(new Set((await folder.read()).documents.map(({ id }) => id)).size).toBe(8);
  });

  it("are no reason to keep a copy of a file twice", async () => {
    await folder.put({ "a.jsonl": lines("a", [0, 1]), "b.jsonl": lines("a", [0, 1]) });
    const { ids, reasons } = await folder.read([""], { maxBadShare: 1 });
    expect(ids).toEqual(["0", "1"]);
    expect(reasons).toEqual(['b.jsonl: duplicate id "0"', 'b.jsonl: duplicate id "1"']);
  });
});

describe("numbers as ids", () => {
  it("keep their digits in JSON, however large", async () => {
    const ids = ["9007199254740993", "9007199254740995", "18446744073709551615", "123456789012345678901234567890", "7"];
    await folder.put({ "a.jsonl": ids.map((id) => `{"id":${id},"text":"text ${id}"}\n`).join("") });
    expect((await folder.read()).ids).toEqual(ids);
    await folder.put({ "b.json": `[${ids.map((id) => `{"text":"text ${id}","id": ${id}}`).join(",\n")}]` });
    expect((await folder.read(["b.json"])).ids).toEqual(ids);
  });
});
