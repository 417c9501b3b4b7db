import { badRecord, type ReadItem, type ReadOptions } from "./document.js";

/** A record is named after its line, and how many lines there are before it is not known yet. */
export class LinesUnknownError extends Error {
  override readonly name = "LinesUnknownError";
}

/**
 * Turns the fields of one record into a document or says what is wrong with it.
 * @param place.isCounted whether the line is counted from the first of the file
 * @throws LinesUnknownError if it is not, and the record has no id of its own
 */
export function recordToItem(
  record: { [field: string]: unknown },
  place: { file: string; line: number; isCounted: boolean },
  options: Pick<ReadOptions, "textField" | "idField">,
): ReadItem {
  const { file, line } = place;
  const text = record[options.textField];
  if (text === undefined || text === null) {
    const fields = Object.keys(record).slice(0, 8).join(", ");
    return badRecord(file, line, `no field "${options.textField}"; found ${fields ? `fields ${fields}` : "no field"}`);
  }
  if (typeof text !== "string") {
    return badRecord(file, line, `field "${options.textField}" is ${kindOf(text)}, expected a string`);
  }
  if (text.trim() === "") return badRecord(file, line, `field "${options.textField}" is empty`);
  const id = record[options.idField];
  if (id === undefined || id === null || id === "") {
    if (!place.isCounted) throw new LinesUnknownError(`${file} has a record without an id`);
    return { document: { id: `${file}:${line}`, text: wellFormed(text), source: file }, line };
  }
  if (typeof id !== "string" && typeof id !== "number" && typeof id !== "bigint") {
    return badRecord(file, line, `field "${options.idField}" is ${kindOf(id)}, expected a string or a number`);
  }
  return { document: { id: String(id), text: wellFormed(text), source: file }, line };
}

/** JSON can hold half a surrogate pair, which no UTF-8 file can. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
