import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** One document shard on this machine: gzip JSON lines, and the raw int32 domain of each line. */
export interface LocalShard {
  documentsPath: string;
  assignmentsPath: string;
}

export interface AssignedDocument {
  /** 0-based, over all shards. */
  index: number;
  id: string;
  text: string;
  /** Index of the domain; −1 if pruned. */
  domain: number;
}

/** The documents of the shards in corpus order, streamed. @throws Error if a shard and its assignments differ in length. */
export async function* assignedDocuments(shards: LocalShard[]): AsyncGenerator<AssignedDocument> {
  let index = 0;
  for (const { documentsPath, assignmentsPath } of shards) {
    const raw = await readFile(assignmentsPath);
    const domains = new Int32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
    const lines = createInterface({ input: createReadStream(documentsPath).pipe(createGunzip()), crlfDelay: Infinity });
    let row = 0;
    for await (const line of lines) {
      const { id, text } = JSON.parse(line) as { id: string; text: string };
      yield { index, id, text, domain: domains[row] ?? -1 };
      index++;
      row++;
    }
    if (row !== domains.length)
      throw new Error(`${documentsPath} has ${row} documents but ${domains.length} assignments`);
  }
}
