import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { BadRecord, CorpusDocument, CorpusOptions } from "../document.js";
import { listFiles } from "../list-files.js";
import { readCorpus } from "../read-corpus.js";

/** Options that find out everything for themselves and forgive nothing. */
export const strict: CorpusOptions = {
  format: "auto",
  textField: "",
  idField: "id",
  maxBadShare: 0,
  maxDocumentBytes: 1 << 20,
  maxDocuments: 0,
};

/** A folder for each test, and what reading it gives. */
export function corpusFolder() {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "climb-door-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return {
    path: (name = "") => join(folder, name),
    async put(files: { [name: string]: string | Uint8Array }): Promise<void> {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
    },
    /** @param names below the folder; all of it, unless given */
    async read(names: string[] = [""], options: Partial<CorpusOptions> = {}) {
      const documents: CorpusDocument[] = [];
      const bad: BadRecord[] = [];
      const files = await listFiles(names.map((name) => join(folder, name)));
      const reading = readCorpus(files, { ...strict, ...options }, (record) => bad.push(record));
      for await (const document of reading) documents.push(document);
      return {
        documents,
        bad,
        ids: documents.map(({ id }) => id),
        texts: documents.map(({ text }) => text),
        reasons: bad.map(({ file, reason }) => `${file}: ${reason}`),
      };
    },
  };
}
