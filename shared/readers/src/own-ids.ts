import { isUtf8 } from "node:buffer";
import { idText } from "@climb/corpus";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import pMap from "p-map";
import type { CorpusOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { inspectFile } from "./inspect.js";
import { pageCodecs } from "./parquet-codecs.js";
import { exactColumn } from "./parquet-exact.js";
import { openBuffer } from "./source.js";

const LOOKS_AT_ONCE = 16;
/** So many ids from the first on tell where numbering begins. */
const FIRST_IDS = 3;
/** Files that may be records; opening every text file of a corpus would cost as much as reading it. */
const RECORDS = /\.(jsonl?|ndjson|csv|tsv|parquet|pq)(\.\w+)?$/i;

/** Files of a corpus, those whose ids begin anew marked so, and a sentence that says it. */
export interface OwnIds {
  files: InputFile[];
  note?: string;
}

/**
 * Finds files whose numbering begins anew: the same first ids stand in several of them with other texts behind. Their
 * documents are then named after file and id, so that none is taken for another. Files that are copies stay as they are.
 */
export async function withOwnIds(files: readonly InputFile[], options: CorpusOptions): Promise<OwnIds> {
  if (files.filter(({ name }) => RECORDS.test(name)).length < 2) return { files: [...files] };
  const looks = await pMap(files, (file) => firstIds(file, options), { concurrency: LOOKS_AT_ONCE });
  const groups = new Map<string, number[]>();
  for (const [i, look] of looks.entries()) if (look) groups.set(look.ids, [...(groups.get(look.ids) ?? []), i]);
  const restarted = new Set(
    [...groups.values()].filter((members) => new Set(members.map((i) => looks[i]?.content)).size > 1).flat(),
  );
  if (restarted.size === 0) return { files: [...files] };
  const first = files[[...restarted][0] as number];
  const examples = `the ids ${looks[[...restarted][0] as number]?.ids}, …`;
  const note = `${restarted.size} files begin their ids anew (${examples}): their documents are named "<file>/<id>", as in "${first?.name}/…"`;
  return { files: files.map((file, i) => (restarted.has(i) ? { ...file, idsByFile: true } : file)), note };
}

/** The first ids of a file, if they are whole numbers, and what tells its content from another. */
async function firstIds(
  file: InputFile,
  options: CorpusOptions,
): Promise<{ ids: string; content: string } | undefined> {
  if (!RECORDS.test(file.name) || file.sizeBytes === 0) return undefined;
  const found = await inspectFile(file, options);
  if ("broken" in found) return undefined;
  const records = found.format === "parquet" ? await parquetIds(file, options.idField) : found.records;
  const ids = records.slice(0, FIRST_IDS).map((record) => idText(record[options.idField]) ?? "");
  if (ids.length === 0 || !ids.every((id) => /^\d{1,15}$/.test(id))) return undefined;
  // Of a table the texts are not read for this: copies have one size, and other shards hardly ever.
  const content = found.format === "parquet" ? `${file.sizeBytes}` : JSON.stringify(records.slice(0, FIRST_IDS));
  return { ids: ids.join(", "), content };
}

async function parquetIds(file: InputFile, idField: string): Promise<{ [field: string]: unknown }[]> {
  try {
    const buffer = openBuffer(file);
    const metadata = await parquetMetadataAsync(buffer);
    const id = exactColumn(metadata, idField);
    const parsers = {
      stringFromBytes: (bytes: Uint8Array) => bytes && isUtf8(bytes) && Buffer.from(bytes).toString("utf8"),
    };
    const reading = { file: buffer, metadata: id.metadata, columns: [idField], compressors: pageCodecs, parsers };
    const rows = await parquetReadObjects({ ...reading, rowStart: 0, rowEnd: FIRST_IDS });
    return rows.map((row) => ({ [idField]: id.valueOf(row[idField]) }));
  } catch {
    // Whoever reads it says what is wrong with it, or there is no such column.
    return [];
  }
}
