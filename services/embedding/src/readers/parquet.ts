import { isUtf8 } from "node:buffer";
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { FilePart, InputFile } from "./input-file.js";
import { recordToItem } from "./record.js";
import { openBuffer } from "./source.js";

/** Stands for a string whose bytes are no UTF-8: decoding would put replacement characters into the corpus in silence. */
class InvalidUtf8 {}

const parsers = {
  stringFromBytes: (bytes: Uint8Array): unknown =>
    bytes === undefined ? undefined : isUtf8(bytes) ? Buffer.from(bytes).toString("utf8") : new InvalidUtf8(),
};

/** Documents of a Parquet file, or of the row groups that begin in a part of it, one row group in memory at a time. */
export async function* readParquet(
  file: InputFile,
  options: ReadOptions,
  part?: FilePart,
): AsyncGenerator<ReadItem, number> {
  const range = part?.range ?? { start: 0, end: file.sizeBytes };
  let row = 0;
  // What is wrong with the file as a whole is told once, by its first part.
  const tells = range.start === 0;
  let isOpen = false;
  try {
    const buffer = await openBuffer(file);
    const metadata = await parquetMetadataAsync(buffer);
    const known = columnsOf(metadata);
    if (!known.includes(options.textField)) {
      const reason = `no column "${options.textField}"; found columns ${known.slice(0, 12).join(", ")}`;
      if (tells) yield badRecord(file.name, 0, reason, "file");
      return 0;
    }
    const columns = [options.textField, options.idField].filter(
      (column, i, all) => known.includes(column) && all.indexOf(column) === i,
    );
    const reading = { file: buffer, metadata, columns, compressors, parsers };
    for (const group of metadata.row_groups) {
      const rowEnd = row + Number(group.num_rows);
      const start = firstByte(group);
      if (start < range.start || start >= range.end) {
        row = rowEnd;
        continue;
      }
      isOpen = true;
      for (const record of await parquetReadObjects({ ...reading, rowStart: row, rowEnd })) {
        row++;
        yield toItem(record, file, row, options);
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const extent = part && isOpen ? "part" : "file";
    const lost = `corrupt or truncated Parquet: ${reason}; the rest of the ${extent} is lost`;
    if (isOpen || tells) yield badRecord(file.name, row, lost, extent);
  }
  return 0;
}

/** Where the first page of a row group is. */
function firstByte({ columns }: FileMetaData["row_groups"][number]): number {
  const { dictionary_page_offset: dictionary, data_page_offset: data = 0n } = columns[0]?.meta_data ?? {};
  return Number(dictionary && dictionary < data ? dictionary : data);
}

function toItem(record: { [field: string]: unknown }, file: InputFile, row: number, options: ReadOptions): ReadItem {
  if (record[options.textField] instanceof InvalidUtf8) return badRecord(file.name, row, "invalid UTF-8");
  return recordToItem(record, { file: file.name, line: row, isCounted: true }, options);
}

/** Names of the top-level columns. */
export function columnsOf(metadata: FileMetaData): string[] {
  const names: string[] = [];
  let i = 1;
  const skip = (): void => {
    const children = metadata.schema[i++]?.num_children ?? 0;
    for (let child = 0; child < children; child++) skip();
  };
  while (i < metadata.schema.length) {
    names.push(metadata.schema[i]?.name ?? "");
    skip();
  }
  return names;
}
