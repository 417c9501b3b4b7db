import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { DamagedFileError, readBytes } from "./bytes.js";
import { unpackedName } from "./compression.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { MAX_LINE_BYTES } from "./lines.js";
import { recordToItem } from "./record.js";

const DELIMITERS = [",", "\t", ";", "|"] as const;

/** What separates the fields, by the name and by the first line. */
export function delimiterOf(head: Buffer, name: string): string {
  if (/\.(tsv|tab)$/i.test(unpackedName(name))) return "\t";
  const [first = ""] = head.toString("utf8").split(/\r?\n|\r/, 1);
  const bare = first.replace(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** Documents of a table in text form (RFC 4180) whose first row names the columns; plain or packed, streamed. */
export async function* readCsv(
  file: InputFile,
  options: ReadOptions,
  delimiter: string,
): AsyncGenerator<ReadItem[], number> {
  const { name } = file;
  let header: string[] | undefined;
  let row = 0;
  const source = Readable.from(withoutMark(readBytes(file.path)), { objectMode: false });
  const parser = parse({
    delimiter,
    // Cells stay bytes, so that what is no UTF-8 is seen before it is decoded.
    encoding: null,
    info: true,
    relax_column_count: true,
    relax_quotes: delimiter === "\t",
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
  });
  source.on("error", (error) => parser.destroy(error));
  try {
    for await (const { record: cells, info } of source.pipe(parser) as AsyncIterable<CsvRow>) {
      row = info.lines;
      if (!header) {
        header = cells.map((cell) => cell.toString("utf8").trim());
        continue;
      }
      const bytes = cells.reduce((sum, { length }) => sum + length + 1, 0);
      if (cells.length !== header.length) {
        const reason = `wrong number of fields: found ${cells.length}, the first row has ${header.length}`;
        yield [badRecord(name, row, reason, "record", bytes)];
      } else if (!cells.every((cell) => isUtf8(cell))) yield [badRecord(name, row, "invalid UTF-8", "record", bytes)];
      else {
        const record = Object.fromEntries(header.map((column, i) => [column, cells[i]?.toString("utf8")]));
        yield [recordToItem(record, { file: name, line: row, isCounted: true, bytes }, options)];
      }
    }
  } catch (error) {
    const reason = error instanceof DamagedFileError ? error.message : csvFault(error);
    if (reason === undefined) throw error;
    yield [badRecord(name, row, `${reason}; the rest of the file is lost`, "file")];
  } finally {
    source.destroy();
    parser.destroy();
  }
  return 0;
}

/** Content without a byte order mark, at which the parser would begin to decode. */
async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const marked = isFirst && chunk.subarray(0, 3).toString("hex") === "efbbbf";
    isFirst = false;
    yield marked ? chunk.subarray(3) : chunk;
  }
}

interface CsvRow {
  record: Buffer[];
  info: { lines: number };
}

const REMEDY = "a field with quotation marks stands in quotation marks, and has each of its own twice (RFC 4180)";

function csvFault(error: unknown): string | undefined {
  if (!(error instanceof CsvError)) return undefined;
  // The parser would show the bytes of the field.
  const isBare = error.code === "INVALID_OPENING_QUOTE";
  const reason = isBare ? "a quotation mark within a field that does not begin with one" : error.message;
  return `no table: ${reason}; ${REMEDY}`;
}
