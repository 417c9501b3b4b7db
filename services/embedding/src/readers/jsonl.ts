import { isUtf8 } from "node:buffer";
import { DamagedFileError } from "./bytes.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { type Line, LONGEST_LINE_BYTES, readLines } from "./lines.js";
import { recordToItem } from "./record.js";

/** Documents of a file with one JSON object a line, plain or gzip. Blank lines are passed over. */
export async function* readJsonl(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem> {
  let last = 0;
  try {
    for await (const line of readLines(file.path)) {
      last = line.line;
      const item = lineToItem(line, file, options);
      if (item) yield item;
    }
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    yield badRecord(file.name, last, `${error.message}; the rest of the file is lost`, "file");
  }
}

function lineToItem({ line, bytes }: Line, file: InputFile, options: ReadOptions): ReadItem | undefined {
  if (!bytes) return badRecord(file.name, line, `line is longer than ${LONGEST_LINE_BYTES} bytes`);
  if (!isUtf8(bytes)) return badRecord(file.name, line, "invalid UTF-8");
  // JSON.parse takes no byte order mark.
  const json = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (json.trim() === "") return undefined;
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return badRecord(file.name, line, `invalid JSON: ${reason.slice(0, 200)}`);
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return badRecord(file.name, line, "expected a JSON object");
  }
  return recordToItem(record as { [field: string]: unknown }, { file: file.name, line }, options);
}
