import { isUtf8 } from "node:buffer";
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { EVERY_FIELD, writtenTime } from "./carry.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { FilePart, InputFile } from "./input-file.js";
import { pageCodecs } from "./parquet-codecs.js";
import { exactColumns } from "./parquet-exact.js";
import { columnBytes, expectPageSums } from "./parquet-pages.js";
import { expectConsistent } from "./parquet-shape.js";
import { recordToItem } from "./record.js";
import { openBuffer } from "./source.js";

/** Stands for a string whose bytes are no UTF-8: decoding would put replacement characters into the corpus in silence. */
class InvalidUtf8 {
  constructor(readonly bytes: Uint8Array) {}
}

const parsers = {
  stringFromBytes: (bytes: Uint8Array): unknown =>
    bytes === undefined ? undefined : isUtf8(bytes) ? Buffer.from(bytes).toString("utf8") : new InvalidUtf8(bytes),
  // Dates of JavaScript end with milliseconds.
  timestampFromMicroseconds: (value: bigint): unknown => writtenTime(value, 6),
  timestampFromNanoseconds: (value: bigint): unknown => writtenTime(value, 9),
};

/** Documents of a Parquet file, or of the row groups that begin in a part of it, one row group in memory at a time. */
export async function* readParquet(
  file: InputFile,
  options: ReadOptions,
  part?: FilePart,
): AsyncGenerator<ReadItem[], number> {
  const range = part?.range ?? { start: 0, end: file.sizeBytes };
  const textField = options.textField || "text";
  let row = 0;
  // What is wrong with the file as a whole is told once, by its first part.
  const tells = range.start === 0;
  let isOpen = false;
  try {
    const buffer = openBuffer(file);
    const metadata = await parquetMetadataAsync(buffer);
    expectConsistent(metadata, file.sizeBytes);
    const known = columnsOf(metadata);
    if (!options.withoutText && !known.includes(textField)) {
      const reason = `no column "${textField}"; found columns ${known.slice(0, 12).join(", ")}; name one by --text-field`;
      if (tells) yield [badRecord(file.name, 0, reason, "file")];
      return 0;
    }
    const wanted = options.carry?.includes(EVERY_FIELD)
      ? known
      : [...(options.withoutText ? [] : [textField]), options.idField, ...(options.carry ?? [])];
    const found = wanted.filter((column, i, all) => known.includes(column) && all.indexOf(column) === i);
    // Records that are named after their rows are counted by any column.
    const columns = found.length > 0 ? found : known.slice(0, 1);
    const exact = exactColumns(
      metadata,
      columns.filter((column) => options.withoutText || column !== textField),
    );
    const reading = { file: buffer, metadata: exact.metadata, columns, compressors: pageCodecs, parsers };
    for (const group of metadata.row_groups) {
      const rowEnd = row + Number(group.num_rows);
      const start = firstByte(group);
      if (start < range.start || start >= range.end) {
        row = rowEnd;
        continue;
      }
      isOpen = true;
      await expectPageSums(buffer, group, columns);
      const records = await parquetReadObjects({ ...reading, rowStart: row, rowEnd });
      if (records.length !== rowEnd - row) throw new Error(`${records.length} rows, expected ${rowEnd - row}`);
      const asked = { ...options, textField };
      yield records.map((record) => toItem(exact.recordOf(record), file, ++row, asked));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const extent = part && isOpen ? "part" : "file";
    const lost = `corrupt or truncated Parquet: ${reason}; the rest of the ${extent} is lost`;
    if (isOpen || tells) yield [badRecord(file.name, row, lost, extent)];
  }
  return 0;
}

/** Where the first page of a row group is. */
function firstByte({ columns: [first] }: FileMetaData["row_groups"][number]): number {
  return first ? columnBytes(first).start : 0;
}

function toItem(record: { [field: string]: unknown }, file: InputFile, row: number, options: ReadOptions): ReadItem {
  const { textField, idField } = options;
  if (record[textField] instanceof InvalidUtf8 || record[idField] instanceof InvalidUtf8) {
    return badRecord(file.name, row, "invalid UTF-8");
  }
  const fields = Object.entries(record).map(([name, value]) => [
    name,
    value instanceof InvalidUtf8 ? value.bytes : value,
  ]);
  return recordToItem(Object.fromEntries(fields), { file: file.name, line: row, isCounted: true }, options);
}

/** Names of the top-level columns. */
export function columnsOf(metadata: FileMetaData): string[] {
  return elementsOf(metadata).map(({ name }) => name);
}

/** Names of the top-level columns that may hold text. */
export function textColumnsOf(metadata: FileMetaData): string[] {
  const isText = ({ type, converted_type: converted, logical_type: logical }: FileMetaData["schema"][number]) =>
    type === "BYTE_ARRAY" && (converted === "UTF8" || logical?.type === "STRING" || (!converted && !logical));
  return elementsOf(metadata)
    .filter(isText)
    .map(({ name }) => name);
}

function elementsOf({ schema }: FileMetaData): FileMetaData["schema"] {
  const elements: FileMetaData["schema"] = [];
  let i = 1;
  const skip = (): void => {
    const children = schema[i++]?.num_children ?? 0;
    for (let child = 0; child < children; child++) skip();
  };
  while (i < schema.length) {
    elements.push(schema[i] as FileMetaData["schema"][number]);
    skip();
  }
  return elements;
}
