import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AssignedShard, readAssigned } from "@climb/runtime/worker";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import type { WriteResult } from "./write.js";

export interface SplitTask {
  shards: AssignedShard[];
  domainIds: string[];
  /** A file ends at about so many UTF-8 bytes of text. */
  shardBytes: number;
  /** An empty folder of this task's own. */
  folder: string;
}

/** Rows of a domain are gathered until they have so much text, and become one row group. */
const ROW_GROUP_BYTES = 2 * 1024 * 1024;
const ASSIGNMENTS_PER_GROUP = 100_000;

/**
 * Writes the corpus without what was pruned, in the corpus's order, as by-domain/<domain>/train-*.parquet (id, text), and
 * assignments.parquet: the domain of every document, null if it was pruned. Memory holds one row group a domain.
 */
export async function splitByDomain(task: SplitTask, onProgress: (done: number) => void): Promise<WriteResult> {
  const domains = task.domainIds.map((id) => rolling(join(task.folder, "by-domain", id), task.shardBytes));
  const assignmentsPath = join(task.folder, "assignments.parquet");
  await mkdir(task.folder, { recursive: true });
  const assignments = table(assignmentsPath, ["id", "domain"]);
  let assigned: Row[] = [];
  let [documents, textBytes] = [0, 0];
  for await (const { index, id, text, domain } of readAssigned(task.shards)) {
    if (index % 1000 === 0) onProgress(index);
    assigned.push([id, task.domainIds[domain] ?? null]);
    if (assigned.length === ASSIGNMENTS_PER_GROUP) {
      assignments.write(assigned);
      assigned = [];
    }
    if (domain < 0) continue;
    documents++;
    textBytes += await (domains[domain] as Rolling).add(id, text);
  }
  assignments.write(assigned);
  assignments.close();
  const files = [{ name: "assignments.parquet", path: assignmentsPath }];
  for (const [j, domain] of domains.entries()) {
    for (const { name, path } of await domain.close()) {
      files.push({ name: `by-domain/${task.domainIds[j]}/${name}`, path });
    }
  }
  return { files, documents, textBytes };
}

type Row = (string | null)[];

interface Rolling {
  /** Adds a document; returns its UTF-8 bytes. */
  add(id: string, text: string): Promise<number>;
  /** The finished files. */
  close(): Promise<{ name: string; path: string }[]>;
}

/** Files in a folder, each ended once it has enough text. */
function rolling(folder: string, shardBytes: number): Rolling {
  let rows: Row[] = [];
  let [rowBytes, fileBytes] = [0, 0];
  let current: ReturnType<typeof table> | undefined;
  const paths: string[] = [];
  const flush = async () => {
    if (rows.length === 0) return;
    if (!current) {
      const path = join(folder, `${paths.length}.parquet`);
      await mkdir(dirname(path), { recursive: true });
      paths.push(path);
      current = table(path, ["id", "text"]);
    }
    current.write(rows);
    fileBytes += rowBytes;
    [rows, rowBytes] = [[], 0];
    if (fileBytes < shardBytes) return;
    current.close();
    [current, fileBytes] = [undefined, 0];
  };
  return {
    async add(id, text) {
      const bytes = Buffer.byteLength(text);
      rows.push([id, text]);
      rowBytes += bytes;
      if (rowBytes >= Math.min(ROW_GROUP_BYTES, shardBytes)) await flush();
      return bytes;
    },
    async close() {
      await flush();
      current?.close();
      const total = String(paths.length).padStart(5, "0");
      return Promise.all(
        paths.map(async (path, i) => {
          const name = `train-${String(i).padStart(5, "0")}-of-${total}.parquet`;
          const finished = join(folder, name);
          await rename(path, finished);
          return { name, path: finished };
        }),
      );
    },
  };
}

/** A Parquet file of text columns; each write is a row group. */
function table(path: string, columns: string[]) {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map((name) => ({
        name,
        type: "BYTE_ARRAY" as const,
        converted_type: "UTF8" as const,
        repetition_type: "OPTIONAL" as const,
      })),
    ],
  });
  return {
    write(rows: readonly Row[]) {
      if (rows.length === 0) return;
      const columnData = columns.map((name, c) => ({ name, data: rows.map((row) => row[c]) }));
      writer.write({ columnData, rowGroupSize: rows.length });
    },
    close: () => writer.finish(),
  };
}
