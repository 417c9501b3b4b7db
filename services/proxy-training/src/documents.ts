import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** One document shard on this machine: gzip JSON lines, and the raw int32 domain of each line (−1 = pruned). */
export interface LocalShard {
  documentsPath: string;
  assignmentsPath: string;
}

/** The texts of a shard with their domains, in order, streamed. @throws Error if documents and assignments differ in number. */
export async function* shardTexts(shard: LocalShard): AsyncGenerator<{ text: string; domain: number }> {
  const raw = await readFile(shard.assignmentsPath);
  const domains = new Int32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const lines = createInterface({
    input: createReadStream(shard.documentsPath).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let row = 0;
  for await (const line of lines) {
    const { text } = JSON.parse(line) as { text: string };
    yield { text, domain: domains[row] ?? -1 };
    row++;
  }
  if (row !== domains.length) {
    throw new Error(`${shard.documentsPath} has ${row} documents but ${domains.length} assignments`);
  }
}
