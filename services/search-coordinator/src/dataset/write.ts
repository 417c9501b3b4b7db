import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type AssignedShard, readAssigned } from "@climb/runtime/worker";
import { parquetWriteFile } from "hyparquet-writer";
import { type DocumentSizes, selectCopies, shuffleKey } from "../core/index.js";

export interface WriteTask {
  shards: AssignedShard[];
  documents: number;
  domainIds: string[];
  /** UTF-8 bytes to take from each domain. */
  bytesWanted: number[];
  shardBytes: number;
  seed: number;
  /** An empty folder of this task's own, for the parts and the finished files. */
  folder: string;
}

export interface WriteResult {
  /** Finished files in order. */
  files: { name: string; path: string }[];
  documents: number;
  textBytes: number;
}

/**
 * Writes a globally shuffled sample as Parquet files. Two passes, so that memory holds one output file and eight bytes
 * a document, never the corpus: the first measures and chooses, the second deals every chosen copy to its output file
 * by shuffle key; then each file is sorted by key and written.
 */
export async function writeDataset(task: WriteTask, onProgress: (done: number) => void): Promise<WriteResult> {
  const sizes: DocumentSizes = { domains: new Int32Array(task.documents), textBytes: new Uint32Array(task.documents) };
  for await (const { index, text, domain } of readAssigned(task.shards)) {
    sizes.domains[index] = domain;
    sizes.textBytes[index] = Buffer.byteLength(text);
    if (index % 1000 === 0) onProgress(index / 2);
  }
  const copies = selectCopies(sizes, task.bytesWanted, task.seed);
  let [documents, textBytes] = [0, 0];
  copies.forEach((count, i) => {
    documents += count;
    textBytes += count * (sizes.textBytes[i] as number);
  });

  const parts = Math.max(1, Math.ceil(textBytes / task.shardBytes));
  await dealToParts(task, copies, parts, onProgress);
  const files: WriteResult["files"] = [];
  for (let part = 0; part < parts; part++) {
    const name = `train-${String(part).padStart(5, "0")}-of-${String(parts).padStart(5, "0")}.parquet`;
    const path = join(task.folder, name);
    await sortAndWrite(partPath(task.folder, part), path);
    files.push({ name, path });
  }
  return { files, documents, textBytes };
}

function partPath(folder: string, part: number): string {
  return join(folder, `part-${part}.jsonl`);
}

async function dealToParts(task: WriteTask, copies: Uint16Array, parts: number, onProgress: (done: number) => void) {
  await mkdir(task.folder, { recursive: true });
  const outputs = Array.from({ length: parts }, (_, part) => createWriteStream(partPath(task.folder, part)));
  for await (const { index, id, text, domain } of readAssigned(task.shards)) {
    for (let copy = 0; copy < (copies[index] as number); copy++) {
      const key = shuffleKey(task.seed, index, copy);
      const output = outputs[Math.min(parts - 1, Math.floor(key * parts))] as WriteStream;
      const line = `${JSON.stringify({ key, id, domain: task.domainIds[domain], text })}\n`;
      if (!output.write(line)) await new Promise<void>((resolve) => output.once("drain", () => resolve()));
    }
    if (index % 1000 === 0) onProgress((task.documents + index) / 2);
  }
  await Promise.all(
    outputs.map(
      (output) =>
        new Promise<void>((resolve, reject) => {
          output.once("error", reject);
          output.end(resolve);
        }),
    ),
  );
}

async function sortAndWrite(part: string, path: string): Promise<void> {
  const rows = (await readFile(part, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { key: number; id: string; domain: string; text: string });
  rows.sort((a, b) => a.key - b.key || (a.id < b.id ? -1 : 1));
  const column = (name: "id" | "domain" | "text") => ({
    name,
    data: rows.map((row) => row[name]),
    type: "STRING" as const,
  });
  parquetWriteFile({
    filename: path,
    columnData: [column("id"), column("domain"), column("text")],
    rowGroupSize: 10_000,
  });
  await rm(part);
}
