import { isUtf8 } from "node:buffer";
import { parseLenient } from "@climb/corpus";
import { DamagedFileError, readBytes } from "./bytes.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { type JsonValue, splitJsonValues } from "./json-values.js";
import { MAX_LINE_BYTES } from "./lines.js";
import { recordToItem } from "./record.js";

/** Documents of a JSON array, or of objects that go over several lines, plain or packed; records are counted from 1. */
export async function* readJson(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem[], number> {
  yield* jsonValuesOf(readBytes(file.path), file.name, options);
  return 0;
}

/** Documents of a JSON document that arrives in chunks, unpacked. @param name of what it belongs to */
export async function* jsonValuesOf(
  chunks: AsyncIterable<Buffer>,
  name: string,
  options: ReadOptions,
): AsyncGenerator<ReadItem[]> {
  let last = 0;
  try {
    for await (const value of splitJsonValues(chunks)) {
      last = value.number;
      yield [valueToItem(value, name, options)];
    }
  } catch (error) {
    if (!(error instanceof DamagedFileError)) throw error;
    yield [badRecord(name, last, `${error.message}; the rest of the file is lost`, "file")];
  }
}

function valueToItem({ number, bytes, isCut }: JsonValue, file: string, options: ReadOptions): ReadItem {
  if (!bytes) return badRecord(file, number, `record is longer than ${MAX_LINE_BYTES} bytes`, "record", MAX_LINE_BYTES);
  if (isCut) {
    const reason = "the file ends within this record, as if it were cut off; download or write it again";
    return badRecord(file, number, reason, "file", bytes.length);
  }
  const bad = (reason: string) => badRecord(file, number, reason, "record", bytes.length);
  if (!isUtf8(bytes)) return bad("invalid UTF-8");
  const json = bytes.toString("utf8");
  let record: unknown;
  try {
    record = parseLenient(json);
  } catch (error) {
    return bad(`invalid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) return bad("expected a JSON object");
  const place = { file, line: number, isCounted: true, json, bytes: bytes.length };
  return recordToItem(record as { [field: string]: unknown }, place, options);
}
