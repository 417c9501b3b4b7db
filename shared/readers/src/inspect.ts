import { parse } from "csv-parse/sync";
import { parquetMetadataAsync } from "hyparquet";
import { arrowColumns } from "./arrow.js";
import { isArrow } from "./arrow-messages.js";
import { type BrokenFile, brokenStart, foreignEncoding, foreignFormat, isText } from "./broken-file.js";
import { DamagedFileError, readBytes } from "./bytes.js";
import { type Compression, compressionByName, compressionOf, unpackedName } from "./compression.js";
import { delimiterOf } from "./csv.js";
import type { CorpusOptions } from "./document.js";
import type { CorpusFormat, InputFile, RecordFormat } from "./input-file.js";
import { type JsonShape, jsonShape } from "./json-shape.js";
import { textColumnsOf } from "./parquet.js";
import { firstBytes, openBuffer } from "./source.js";
import { isTar } from "./tar.js";
import { clearTextColumn, clearTextField } from "./text-field.js";

/** What a file is and how it is read, or why it cannot be. */
export type Inspected =
  | { format: RecordFormat | "files"; textField: string; delimiter: string; records: JsonShape["records"] }
  | { broken: BrokenFile };

const HEAD_BYTES = 64 * 1024;
/** Where no record ends in the first bytes, so many are looked at. */
const LONG_HEAD_BYTES = 4 * 1024 * 1024;
const TABLE_ROWS = 17;
const NAMED_JSON = /\.(jsonl?|ndjson|geojson)$/i;
const NAMED_TABLE = /\.(csv|tsv|tab)$/i;
/** Names under which anything may lie. */
const OPEN_NAME = /(^|\/)[^./]+$|\.(txt|dat|data|out|part|text|log)$/i;
const NAMED_BINARY: readonly (readonly [RegExp, string])[] = [
  [/\.(parquet|pq)$/i, "Parquet"],
  [/\.(arrow|feather|ipc|arrows)$/i, "Arrow"],
  [/\.tar$/i, "a tar archive"],
];

/** What a file is, by its first bytes and what lies in them; its name speaks where they leave a doubt. */
export async function inspectFile(file: InputFile, options: CorpusOptions): Promise<Inspected> {
  if (file.broken !== undefined) return { broken: { reason: file.broken } };
  let start: Buffer;
  try {
    start = await firstBytes(file.path, HEAD_BYTES);
  } catch (error) {
    return { broken: { reason: `cannot be read: ${(error as Error).message}` } };
  }
  const broken = brokenStart(start, file.sizeBytes);
  if (broken) return { broken };
  const compression = compressionOf(start, file.name);
  try {
    let isWhole = file.sizeBytes <= start.length && !compression;
    let head = start;
    if (compression) ({ head, isWhole } = await unpackedHead(file, HEAD_BYTES));
    const wrong = wrongStart(file, compression, head);
    if (wrong) return { broken: wrong };
    if (!isWhole && !head.includes(10) && /^(\xef\xbb\xbf)?\s*[[{]/.test(head.subarray(0, 64).toString("latin1"))) {
      ({ head, isWhole } = await unpackedHead(file, LONG_HEAD_BYTES));
    }
    return await inspectContent(file, options, { head, isWhole, compression });
  } catch (error) {
    if (error instanceof DamagedFileError)
      return { broken: { reason: `${error.message}; the rest of the file is lost` } };
    throw error;
  }
}

interface Content {
  head: Buffer;
  isWhole: boolean;
  compression: Compression | undefined;
}

async function inspectContent(file: InputFile, options: CorpusOptions, content: Content): Promise<Inspected> {
  const { head, isWhole, compression } = content;
  const { format: wanted } = options;
  const delimiter = delimiterOf(head, file.name);
  const as = (format: RecordFormat | "files", textField = options.textField, records: JsonShape["records"] = []) => ({
    format,
    textField: options.textField || textField,
    delimiter,
    records,
  });
  const may = (format: CorpusFormat) => wanted === "auto" || wanted === format;
  if (may("parquet") && (wanted === "parquet" || head.subarray(0, 4).toString("latin1") === "PAR1")) {
    if (compression) return { broken: { reason: `Parquet packed as ${compression}; unpack it first` } };
    return as("parquet", options.textField || (await parquetTextColumn(file)));
  }
  if (may("arrow") && (wanted === "arrow" || isArrow(head))) {
    return as("arrow", options.textField || (await arrowTextColumn(file)));
  }
  if (may("tar") && (wanted === "tar" || isTar(head))) return as("tar");
  if (wanted === "files") return as("files");
  const utf16 = foreignEncoding(head);
  if (utf16) return { broken: utf16 };

  const name = unpackedName(file.name);
  const shape = may("jsonl") ? jsonShape(head, isWhole) : undefined;
  const isData = file.named || file.amongData === true || compression !== undefined;
  if (wanted === "jsonl") return as(shape?.format ?? "jsonl", clearTextField(shape?.records ?? []), shape?.records);
  if (shape) {
    const field = clearTextField(shape.records);
    const named = /\.(jsonl|ndjson)$/i.test(name) || (NAMED_JSON.test(name) && isData);
    const wantedField = options.withoutText ? options.idField : options.textField;
    const has = wantedField ? shape.records.some((record) => wantedField in record) : field !== undefined;
    if (named || has) return as(shape.format, field, shape.records);
  } else if (/\.(jsonl|ndjson)$/i.test(name)) return as("jsonl");
  else if (/\.json$/i.test(name) && isData && !looksBlank(head)) {
    return { broken: { reason: "no JSON records: expected objects, one a line or in an array" } };
  }
  const table = may("csv") ? tableHead(head, delimiter, isWhole) : undefined;
  if (wanted === "csv") return as("csv", table?.field, table?.records);
  if (table) {
    const wantedField = options.withoutText ? options.idField : options.textField;
    const has = wantedField ? table.columns.includes(wantedField) : table.field !== undefined;
    if (
      (NAMED_TABLE.test(name) && (isData || has)) ||
      // Prose may have commas too: what is no name of a table is one where the field that is asked for is a column.
      (OPEN_NAME.test(name) && has && table.columns.includes(options.textField || "text"))
    ) {
      return as("csv", table.field, table.records);
    }
  }
  if (options.withoutText) return { broken: { reason: "no records, and a corpus without text is of records" } };
  return as("files");
}

/** What a file cannot be although its name says so, and what it is although nobody reads it. */
function wrongStart(file: InputFile, compression: Compression | undefined, head: Buffer): BrokenFile | undefined {
  const byName = compressionByName(file.name);
  if (byName && !compression && !isText(head)) {
    return { reason: `named as ${byName}, but it does not begin so; download or pack it again` };
  }
  const inside = compression && compressionOf(head);
  if (inside) return { reason: `packed twice (${inside} within ${compression}); unpack it once` };
  const name = unpackedName(file.name);
  const foreign = foreignFormat(head, name);
  if (foreign) return foreign;
  const [, expected] = NAMED_BINARY.find(([pattern]) => pattern.test(name)) ?? [];
  const begins = head.subarray(0, 4).toString("latin1") === "PAR1" || isArrow(head) || isTar(head);
  if (expected && !begins)
    return { reason: `named as ${expected}, but it does not begin so; download or write it again` };
  // Text is expected under these names, and something else is a file that was damaged.
  if ((NAMED_JSON.test(name) || NAMED_TABLE.test(name)) && head.includes(0) && !begins && !foreignEncoding(head)) {
    return head[0] === 0 || !isText(head.subarray(0, head.indexOf(0)))
      ? { reason: "binary data under a name of text; download or write it again" }
      : undefined;
  }
  return undefined;
}

async function unpackedHead(file: InputFile, most: number): Promise<{ head: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of readBytes(file.path)) {
      parts.push(part);
      length += part.length;
      if (length >= most) return { head: Buffer.concat(parts), isWhole: false };
    }
  } catch (error) {
    // What is before the damage is read, and the reader says where it is.
    if (!(error instanceof DamagedFileError) || length === 0) throw error;
    return { head: Buffer.concat(parts), isWhole: false };
  }
  return { head: Buffer.concat(parts), isWhole: true };
}

async function parquetTextColumn(file: InputFile): Promise<string | undefined> {
  try {
    return clearTextColumn(textColumnsOf(await parquetMetadataAsync(openBuffer(file))));
  } catch {
    // The reader says what is wrong with it.
    return undefined;
  }
}

async function arrowTextColumn(file: InputFile): Promise<string | undefined> {
  try {
    return clearTextColumn((await arrowColumns(file.path)).texts);
  } catch {
    return undefined;
  }
}

/** The columns of a table in text form, its first records, and the field of its text. */
function tableHead(head: Buffer, delimiter: string, isWhole: boolean) {
  const rows: string[][] = [];
  const keep = (row: string[]) => void rows.push(row);
  try {
    parse(head, {
      delimiter,
      bom: true,
      to: TABLE_ROWS,
      relax_column_count: true,
      relax_quotes: true,
      on_record: keep,
    });
  } catch {
    // The head may end within quotes; rows before that are whole.
  }
  const [first = [], ...given] = rows;
  const columns = first.map((column) => column.trim());
  // The last row may be cut by the end of the head.
  const found = isWhole || rows.length === TABLE_ROWS || given.length < 2 ? given : given.slice(0, -1);
  if (columns.length === 0 || (columns.length === 1 && found.length === 0)) return undefined;
  const records = found.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
  const isRegular = found.every((row) => row.length === columns.length);
  const field = isRegular ? clearTextField(records) : undefined;
  return { columns, field: field !== undefined && isColumnName(field, records) ? field : undefined, records };
}

/** Whether a first row names a column, and is not a record of a table that has no names. */
function isColumnName(name: string, records: readonly { [field: string]: unknown }[]): boolean {
  const characters = records.reduce((sum, record) => sum + String(record[name] ?? "").length, 0);
  return !/\s/.test(name) || 3 * name.length * records.length < characters;
}

function looksBlank(head: Buffer): boolean {
  return (
    head
      .toString("utf8")
      .replace(/^\uFEFF/, "")
      .trim() === ""
  );
}
