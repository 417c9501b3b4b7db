import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { directory, start } from "../testing/suite.js";

let folder = "";
beforeEach(async () => {
  folder = await directory();
});

describe("ValidateEmbeddingSet", () => {
  it("refuses addresses that it does not read", async () => {
    const { client } = await start(join(folder, "data"));
    const { faults } = await client.validateEmbeddingSet({ spec: { corpus: { paths: ["gs://bucket/x"] } } } as never);
    expect(faults).toMatchObject([
      {
        reason: "PATH_UNREADABLE",
        message: expect.stringMatching(/^gs:\/\/bucket\/x is an address, which this server/),
      },
    ]);
  });

  it("answers with every fault at once", async () => {
    const { client } = await start(join(folder, "data"));
    await mkdir(join(folder, "hollow"));
    const corpus = { paths: [join(folder, "nowhere"), join(folder, "hollow")], maxBadShare: 2, maxDocumentBytes: 1n };
    const model = { kind: { $case: "lexical" as const, value: { dimensions: 9000 } } };
    const { faults } = await client.validateEmbeddingSet({ spec: { corpus, model, seed: 0 } } as never);
    expect(faults.map(({ field, reason }) => [field, reason])).toEqual([
      ["spec.corpus.max_bad_share", "FIELD_INVALID"],
      ["spec.corpus.max_document_bytes", "FIELD_INVALID"],
      ["spec.model.lexical.dimensions", "FIELD_INVALID"],
      ["spec.corpus.paths[0]", "PATH_UNREADABLE"],
      ["spec.corpus.paths[1]", "INPUT_EMPTY"],
    ]);
    expect((await client.validateEmbeddingSet({ spec: undefined })).faults).toMatchObject([
      { field: "spec", found: "nothing" },
    ]);
  });

  it.each([
    ["corrupt.jsonl.gz", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), /corrupt\.jsonl\.gz: corrupt gzip/],
    ["zeros.jsonl", Buffer.alloc(64), /zeros\.jsonl: nothing but zeros \(64 bytes\)/],
    ["image.png", Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]), /binary file: NUL byte at 0; expected UTF-8 text/],
    ["latin.txt", Buffer.from("caf\xe9 au lait in plain words", "latin1"), /latin\.txt: invalid UTF-8/],
    ["empty.jsonl", Buffer.alloc(0), /this file is empty \(0 bytes\)/],
  ])("says in one message what is wrong with %s, and Create refuses it", async (name, content, message) => {
    const { client } = await start(join(folder, "data"));
    await writeFile(join(folder, name), content);
    const spec = { corpus: { paths: [join(folder, name)] }, seed: 0 };
    const { faults } = await client.validateEmbeddingSet({ spec } as never);
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
    await expect(client.createEmbeddingSet({ spec } as never)).rejects.toThrow(message);
  });
});
