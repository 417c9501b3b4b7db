import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { listFiles } from "./list-files.js";
import { corpusFolder } from "./testing/corpus-folder.js";

const folder = corpusFolder();
const record = (id: string) => `${JSON.stringify({ id, text: `text of ${id}` })}\n`;

describe("a folder of data", () => {
  it("is its data: cards, licences, marks and descriptions beside it are none, wherever they lie", async () => {
    await folder.put({
      "data/a.jsonl": record("a"),
      "data/b.csv": "id,text\nb,text of b\n",
      "data/c.json": record("c"),
      "data/README.md": "# Card",
      "README.md": "---\nlicense: mit\n---",
      "README.txt": "read me",
      "LICENSE.txt": "licence",
      COPYING: "licence",
      "CITATION.cff": "cff-version: 1",
      ".gitattributes": "*.jsonl filter=lfs",
      ".cache/huggingface/download/a.jsonl.metadata": "1",
      "dataset_infos.json": "{}",
      "metadata.json": "{}",
      "data/_SUCCESS": "",
      "data/._a.jsonl": "\0\u0005\u0016\u0007",
      "index.html": "<html></html>",
      "config.yaml": "splits: [train]",
      SHA256SUMS: "abc  a.jsonl",
      "md5.txt": "abc  a.jsonl",
    });
    expect((await folder.read()).documents.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("may be of Spark, whose parts have no ending and sums beside them", async () => {
    await folder.put({
      "part-00000": record("a"),
      "part-00001-4a7d-c000": record("b"),
      ".part-00000.crc": "\u0001\u0002",
      _SUCCESS: "",
    });
    expect((await folder.read()).documents.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it.each(["b.jsonl.part", "b.jsonl.incomplete", "b.csv.crdownload", "_temporary/0/part-00000", "b.parquet.tmp"])(
    "that is not all there is refused by the name of what did not end: %s",
    async (name) => {
      await folder.put({ "a.jsonl": record("a"), [name]: '{"id":"b","te' });
      await expect(folder.read()).rejects.toThrow(new RegExp(`^${name}: a download or a writing that did not end`));
      expect((await folder.read([""], { skipBrokenFiles: true })).texts).toEqual(["text of a"]);
    },
  );

  it("that save_to_disk has written is its Arrow files, and not what was cached on the way", async () => {
    const arrow = new URL("../fixtures/door/arrow/stream-utf8-none.arrow", import.meta.url);
    await mkdir(folder.path("train"), { recursive: true });
    for (const name of ["train/data-00000-of-00001.arrow", "train/cache-1234.arrow"])
      await copyFile(arrow, folder.path(name));
    await folder.put({
      "README.md": "card",
      "dataset_dict.json": '{"splits": ["train"]}',
      "train/state.json": '{"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}',
      "train/dataset_info.json": '{"citation": ""}',
    });
    const { documents, bad } = await folder.read();
    expect([documents.length, documents[0]?.source, bad]).toEqual([24, "train/data-00000-of-00001.arrow", []]);
  });
});

describe("a walk through folders", () => {
  it("ends when nobody waits for it any longer", async () => {
    const [leaving, reason] = [new AbortController(), new Error("gone")];
    // All that this machine has takes longer than that.
    setTimeout(() => leaving.abort(reason), 50);
    await expect(listFiles(["/"], { signal: leaving.signal })).rejects.toBe(reason);
    await expect(listFiles([folder.path()], { signal: leaving.signal })).rejects.toBe(reason);
  });
});

describe("links", () => {
  it("are followed below what was named, loops end, and a file that is reached twice is read once", async () => {
    await folder.put({ "real/a.jsonl": record("a"), "other/b.jsonl": record("b") });
    await symlink("../real", folder.path("other/to-real"));
    await symlink("..", folder.path("real/up"));
    await symlink("loop", folder.path("loop.txt"));
    await symlink("loop.txt", folder.path("loop"));
    await symlink("a.jsonl", folder.path("real/z.jsonl"));
    const { documents, reasons } = await folder.read([""], { skipBrokenFiles: true });
    expect(documents.map(({ text }) => text).sort()).toEqual(["text of a", "text of b"]);
    expect(reasons).toEqual([
      expect.stringContaining("leads back to itself"),
      expect.stringContaining("leads back to itself"),
    ]);
  });

  it("of a Hub cache lead to the blobs beside the snapshot", async () => {
    const repository = "datasets--owner--name";
    await folder.put({ [`${repository}/blobs/abc123`]: record("a"), [`${repository}/blobs/def456`]: "# Card" });
    await mkdir(folder.path(`${repository}/snapshots/rev/data`), { recursive: true });
    await symlink("../../../blobs/abc123", folder.path(`${repository}/snapshots/rev/data/train.jsonl`));
    await symlink("../../blobs/def456", folder.path(`${repository}/snapshots/rev/README.md`));
    const { documents } = await folder.read([`${repository}/snapshots/rev`]);
    expect(documents).toEqual([{ id: "a", text: "text of a", source: "data/train.jsonl" }]);
  });

  it("that lead elsewhere or nowhere are named, and are an error", async () => {
    await folder.put({ "in/a.jsonl": record("a"), "out/b.jsonl": record("b") });
    await symlink("../out/b.jsonl", folder.path("in/b.jsonl"));
    await expect(folder.read(["in"])).rejects.toThrow(
      /^b\.jsonl: a link to .*out\/b\.jsonl, outside of what was named; name that too/,
    );
    expect((await folder.read(["in", "out"])).texts).toEqual(["text of a", "text of b"]);
    await symlink("nowhere.jsonl", folder.path("in/c.jsonl"));
    await expect(folder.read(["in", "out"])).rejects.toThrow(
      /^c\.jsonl: a link to nowhere\.jsonl, which does not exist/,
    );
  });

  it("lead nowhere but to the folders that the operator allows", async () => {
    await folder.put({ "in/a.jsonl": record("a"), "out/b.jsonl": record("b") });
    await symlink("../out", folder.path("in/more"));
    const brokenOf = async (roots: string[]) =>
      (await listFiles([folder.path("in")], { corpusRoots: roots })).map(({ broken }) => broken);
    expect(await brokenOf([folder.path("in")])).toEqual([
      undefined,
      expect.stringContaining("outside of what was named"),
    ]);
    expect(await brokenOf([folder.path()])).toEqual([undefined, undefined]);
  });
});

describe("names", () => {
  it("are bytes: one in Latin-1 is read like any other, and is shown by its bytes", async () => {
    const name = Buffer.concat([Buffer.from(`${folder.path()}/caf`), Buffer.from([0xe9]), Buffer.from(".txt")]);
    await folder.put({ "a.txt": "first", "z.txt": "last" });
    await writeFile(name, "in Latin-1");
    expect((await folder.read()).documents.map(({ id, text }) => [id, text])).toEqual([
      ["a.txt", "first"],
      ["caf\\xE9.txt", "in Latin-1"],
      ["z.txt", "last"],
    ]);
    expect((await folder.read(["*.txt"])).texts).toEqual(["first", "in Latin-1", "last"]);
  });

  it("with brackets hold patterns below them", async () => {
    await folder.put({ "[v2]/x/a.jsonl": record("a"), "[v2]/b.jsonl": record("b"), "v/c.jsonl": record("c") });
    expect((await folder.read(["[v2]/**/*.jsonl"])).documents.map(({ id }) => id).sort()).toEqual(["a", "b"]);
  });
});
