import { idText } from "@climb/corpus";
import { carriedOf } from "./carry.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";

/** A record is named after its line, and how many lines there are before it is not known yet. */
export class LinesUnknownError extends Error {
  override readonly name = "LinesUnknownError";
}

/** Where a record stands. */
export interface RecordPlace {
  file: string;
  line: number;
  /** Whether the line is counted from the first of the file. */
  isCounted: boolean;
  /** The record's JSON, where it came from some: numbers of any size keep their digits. */
  json?: string;
  /** What the record takes in the file. */
  bytes?: number;
}

/**
 * Turns the fields of one record into a document or says what is wrong with it.
 * @throws LinesUnknownError if the record has no id of its own and its line is not counted from the first of the file
 */
export function recordToItem(
  record: { [field: string]: unknown },
  place: RecordPlace,
  options: Pick<ReadOptions, "textField" | "idField" | "carry" | "withoutText" | "valueAsText">,
): ReadItem {
  const { file, line } = place;
  const textField = options.textField || "text";
  const bad = (reason: string) => badRecord(file, line, reason, "record", place.bytes);
  const found = options.withoutText ? "" : record[textField];
  const text = options.valueAsText ? valueText(found, place.json, textField) : found;
  if (text === null) return bad(`field "${textField}" is null, expected a string`);
  if (text === undefined) {
    const fields = Object.keys(record).slice(0, 8).join(", ");
    return bad(`no field "${textField}"; found ${fields ? `fields ${fields}` : "no field"}`);
  }
  if (typeof text !== "string") return bad(`field "${textField}" is ${kindOf(text)}, expected a string`);
  if (text.trim() === "" && !options.withoutText && !options.valueAsText) return bad(`field "${textField}" is empty`);
  const fields = carriedOf(record, options, place.json);
  // JSON can hold half a surrogate pair, which no UTF-8 file can.
  const document = (id: string) => ({ id, text: text.toWellFormed(), source: file, ...(fields && { fields }) });
  const id = record[options.idField];
  if (id === undefined || id === null || id === "") {
    if (!place.isCounted) throw new LinesUnknownError(`${file} has a record without an id`);
    return { document: document(`${file}:${line}`), line };
  }
  const written = idText(id, place.json, options.idField);
  if (written === undefined) return bad(`field "${options.idField}" is ${kindOf(id)}, expected a string or a number`);
  return { document: document(written), line };
}

function valueText(value: unknown, json: string | undefined, field: string): unknown {
  if (value === null) return "";
  return typeof value === "number" || typeof value === "bigint" ? idText(value, json, field) : value;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
