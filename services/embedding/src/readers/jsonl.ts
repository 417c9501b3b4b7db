import { isUtf8 } from "node:buffer";
import { DamagedFileError } from "./bytes.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { FilePart, InputFile } from "./input-file.js";
import { type Line, MAX_LINE_BYTES, readLines } from "./lines.js";
import { recordToItem } from "./record.js";

/**
 * Documents of a file with one JSON object a line, plain or packed, or of a part of a plain one; returns how many lines
 * there were. Blank lines are passed over. Lines are counted from the first of the file, or, while nobody knows which
 * that is, of the part. @throws LinesUnknownError at a record that is named after its line, in such a part
 */
export async function* readJsonl(
  file: InputFile,
  options: ReadOptions,
  part?: FilePart,
): AsyncGenerator<ReadItem, number> {
  const { range, linesBefore = 0 } = part ?? {};
  const isCounted = !range || range.start === 0 || part?.linesBefore !== undefined;
  let last = 0;
  try {
    for await (const { line, bytes } of readLines(file.path, { range })) {
      last = line;
      const item = lineToItem({ line: linesBefore + line, bytes }, { file: file.name, isCounted }, options);
      if (item) yield item;
    }
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    const extent = range ? "part" : "file";
    yield badRecord(file.name, linesBefore + last, `${error.message}; the rest of the ${extent} is lost`, extent);
  }
  return last;
}

function lineToItem(
  { line, bytes }: Line,
  { file, isCounted }: { file: string; isCounted: boolean },
  options: ReadOptions,
): ReadItem | undefined {
  if (!bytes) return badRecord(file, line, `line is longer than ${MAX_LINE_BYTES} bytes`);
  if (!isUtf8(bytes)) return badRecord(file, line, "invalid UTF-8");
  // JSON.parse takes no byte order mark.
  const json = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (json.trim() === "") return undefined;
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return badRecord(file, line, `invalid JSON: ${reason.slice(0, 200)}`);
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return badRecord(file, line, "expected a JSON object");
  }
  return recordToItem(record as { [field: string]: unknown }, { file, line, isCounted }, options);
}
