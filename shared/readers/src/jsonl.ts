import { isUtf8 } from "node:buffer";
import { parseLenient } from "@climb/corpus";
import { DamagedFileError } from "./bytes.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { FilePart, InputFile } from "./input-file.js";
import { type Line, MAX_LINE_BYTES, readLines, splitLines } from "./lines.js";
import { recordToItem } from "./record.js";

const NUL = 0;

/**
 * Documents of a file with one JSON object a line, plain or packed, or of a part of a plain one; returns how many lines
 * there were. Blank lines are passed over. Lines are counted from the first of the file, or, while nobody knows which
 * that is, of the part. @throws LinesUnknownError at a record that is named after its line, in such a part
 */
export async function* readJsonl(
  file: InputFile,
  options: ReadOptions,
  part?: FilePart,
): AsyncGenerator<ReadItem[], number> {
  return yield* linesToItems(readLines(file.path, { range: part?.range }), file, options, part);
}

/** Documents of JSON lines that arrive in chunks, unpacked. @param name of what they belong to */
export function jsonLinesOf(chunks: AsyncIterable<Buffer>, name: string, options: ReadOptions) {
  return linesToItems(splitLines(chunks), { name }, options);
}

async function* linesToItems(
  lines: AsyncIterable<Line[]>,
  { name }: Pick<InputFile, "name">,
  options: ReadOptions,
  part?: FilePart,
): AsyncGenerator<ReadItem[], number> {
  const { range, linesBefore = 0 } = part ?? {};
  const isCounted = !range || range.start === 0 || part?.linesBefore !== undefined;
  let last = 0;
  try {
    for await (const some of lines) {
      const items: ReadItem[] = [];
      for (const { line, bytes, isOpen } of some) {
        last = line;
        const item = lineToItem({ line: linesBefore + line, bytes, isOpen }, { file: name, isCounted }, options);
        if (item) items.push(item);
      }
      yield items;
    }
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    const extent = range ? "part" : "file";
    yield [badRecord(name, linesBefore + last, `${error.message}; the rest of the ${extent} is lost`, extent)];
  }
  return last;
}

function lineToItem(
  { line, bytes, isOpen }: Line,
  { file, isCounted }: { file: string; isCounted: boolean },
  options: ReadOptions,
): ReadItem | undefined {
  if (!bytes) return badRecord(file, line, `line is longer than ${MAX_LINE_BYTES} bytes`, "record", MAX_LINE_BYTES);
  const bad = (reason: string) => badRecord(file, line, reason, "record", bytes.length + 1);
  if (bytes[0] === NUL && bytes.every((byte) => byte === NUL)) {
    const reason = `${bytes.length} bytes of zeros, as a download leaves that was cut; download the file again`;
    return badRecord(file, line, reason, "file", bytes.length);
  }
  if (isOpen && !isWholeJson(bytes)) {
    const reason = "the file ends within this record, as if it were cut off; download or write it again";
    if (bytes.toString("utf8").trim() !== "") return badRecord(file, line, reason, "file", bytes.length);
  }
  if (!isUtf8(bytes)) return bad("invalid UTF-8");
  // JSON.parse takes no byte order mark.
  const json = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (json.trim() === "") return undefined;
  let record: unknown;
  try {
    record = parseLenient(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return bad(`invalid JSON: ${reason.slice(0, 200)}`);
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) return bad("expected a JSON object");
  const place = { file, line, isCounted, json, bytes: bytes.length + 1 };
  return recordToItem(record as { [field: string]: unknown }, place, options);
}

/** Whether a last line without its end is all there, or is something else than an object that breaks off. */
function isWholeJson(bytes: Buffer): boolean {
  const text = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trim();
  return !text.startsWith("{") || text.endsWith("}");
}
