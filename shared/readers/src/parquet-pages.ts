import { crc32 } from "node:zlib";
import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

type RowGroup = FileMetaData["row_groups"][number];
type Column = RowGroup["columns"][number];

/** Bytes in which the header of a first page lies, unless its statistics are unusual. */
const HEAD_BYTES = 64 * 1024;

/** Where the pages of a column begin, and how many bytes they have. */
export function columnBytes({ meta_data: meta }: Column): { start: number; length: number } {
  const {
    dictionary_page_offset: dictionary,
    data_page_offset: data = 0n,
    total_compressed_size: size = 0n,
  } = meta ?? {};
  return { start: Number(dictionary && dictionary < data ? dictionary : data), length: Number(size) };
}

/**
 * Verifies the checksums of the pages of some columns, where the file has checksums.
 * @throws Error naming the column and the page
 */
export async function expectPageSums(file: AsyncBuffer, group: RowGroup, columns: readonly string[]): Promise<void> {
  for (const column of group.columns) {
    const [name = ""] = column.meta_data?.path_in_schema ?? [];
    if (!columns.includes(name)) continue;
    const { start, length } = columnBytes(column);
    const head = await file.slice(start, start + Math.min(length, HEAD_BYTES));
    if (!hasSum(head)) continue;
    const bytes = length <= HEAD_BYTES ? head : await file.slice(start, start + length);
    const reader = { view: new DataView(bytes), offset: 0 };
    let values = 0;
    for (let page = 1; reader.offset < length - 1; page++) {
      const header = parquetHeader(reader);
      const { crc, compressed_page_size: size } = header;
      // What the headers say has no checksum of its own.
      values += (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
      const content = new Uint8Array(bytes, reader.offset, size);
      if (crc !== undefined && crc32(content) !== crc >>> 0) {
        throw new Error(`the checksum of page ${page} of the column "${name}" is wrong`);
      }
      reader.offset += size;
    }
    const expected = Number(column.meta_data?.num_values ?? 0);
    if (values !== expected) {
      throw new Error(`the pages of the column "${name}" have ${values} values, expected ${expected}`);
    }
  }
}

function hasSum(head: ArrayBuffer): boolean {
  try {
    return parquetHeader({ view: new DataView(head), offset: 0 }).crc !== undefined;
  } catch {
    // Whoever reads the page says what is wrong with it.
    return false;
  }
}
