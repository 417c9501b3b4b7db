import { createReadStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { linesOf } from "@climb/corpus";
import { carriedColumns } from "../../core/carried-columns.js";
import type { DealtRow } from "./deal.js";
import { createTable, type Table, type TableRow } from "./table.js";

export interface PartTask {
  /** The gathered lines of a part, in the order of the corpus. */
  path: string;
  /** A folder of this task's own, which may not be there yet. */
  folder: string;
  /** A file ends with the row in which so many bytes of the gathered lines are reached; of a split only. */
  fileBytes: number;
  /** Names of the fields that are carried. */
  carried: readonly string[];
}

export interface WrittenPart {
  /** Finished files in order. */
  paths: string[];
  documents: number;
  textBytes: number;
}

/** Rows are gathered until they have so much text, and become one row group. */
const ROW_GROUP_BYTES = 2 * 1024 * 1024;
const MIXED_ROWS_PER_GROUP = 10_000;
const ASSIGNMENTS_PER_GROUP = 100_000;

/** Sorts a part of the shuffle by its keys and writes it as one file (id, domain, text, what is carried). Memory holds the part. */
export async function writeMixed({ path, folder, carried }: PartTask): Promise<WrittenPart> {
  const rows = (await readFile(path, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as DealtRow);
  rows.sort((a, b) => a.key - b.key || (a.id < b.id ? -1 : 1));
  await mkdir(folder, { recursive: true });
  const file = join(folder, "mixed.parquet");
  const others = carriedColumns(carried);
  const table = createTable(file, ["id", "domain", "text", ...others]);
  for (let start = 0; start < rows.length; start += MIXED_ROWS_PER_GROUP) {
    const group = rows.slice(start, start + MIXED_ROWS_PER_GROUP);
    table.write(group.map((row) => [row.id, row.domain, row.text, ...others.map((_, c) => row.carried?.[c] ?? null)]));
  }
  table.close();
  const textBytes = rows.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return { paths: [file], documents: rows.length, textBytes };
}

/** Writes documents of a domain in the order of the corpus (id, text, what is carried), in files of about the same size. */
export async function writeDomain({ path, folder, fileBytes, carried }: PartTask): Promise<WrittenPart> {
  await mkdir(folder, { recursive: true });
  const written: WrittenPart = { paths: [], documents: 0, textBytes: 0 };
  let rows: TableRow[] = [];
  let [rowBytes, linesBytes, closed] = [0, 0, 0];
  let current: Table | undefined;
  const flush = () => {
    if (rows.length === 0) return;
    if (!current) {
      const file = join(folder, `${written.paths.length}.parquet`);
      written.paths.push(file);
      current = createTable(file, ["id", "text", ...carriedColumns(carried)]);
    }
    current.write(rows);
    [rows, rowBytes] = [[], 0];
  };
  for await (const { row, lineBytes } of dealtRows(path)) {
    const bytes = Buffer.byteLength(row.text);
    rows.push([row.id, row.text, ...(row.carried ?? [])]);
    rowBytes += bytes;
    written.documents++;
    written.textBytes += bytes;
    linesBytes += lineBytes;
    // The last line of all must not miss the end by a rounding.
    const isFull = linesBytes >= fileBytes * (closed + 1) - 1;
    if (rowBytes >= ROW_GROUP_BYTES || isFull) flush();
    if (!isFull) continue;
    current?.close();
    current = undefined;
    closed++;
  }
  flush();
  current?.close();
  return written;
}

/** Writes the domain of every document (id, domain), null for those that were left out. */
export async function writeAssignments({ path, folder }: PartTask): Promise<WrittenPart> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "assignments.parquet");
  const table = createTable(file, ["id", "domain"]);
  let rows: TableRow[] = [];
  for await (const { row } of dealtRows(path)) {
    rows.push([row.id, row.domain]);
    if (rows.length < ASSIGNMENTS_PER_GROUP) continue;
    table.write(rows);
    rows = [];
  }
  table.write(rows);
  table.close();
  return { paths: [file], documents: 0, textBytes: 0 };
}

async function* dealtRows(path: string): AsyncGenerator<{ row: DealtRow; lineBytes: number }> {
  for await (const line of linesOf(createReadStream(path))) {
    yield { row: JSON.parse(line) as DealtRow, lineBytes: Buffer.byteLength(line) + 1 };
  }
}
