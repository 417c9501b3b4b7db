import { show, TargetError } from "./target-error.js";

/** One JSON object of a target file and where it stands. */
export interface SourceRecord {
  readonly file: string;
  /** "line 3" in JSON lines, "entry 3" in a JSON list. */
  readonly place: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Reads JSON lines, or one JSON list of objects. Blank lines are passed over. @throws TargetError. */
export function parseRecords(file: string, text: string): SourceRecord[] {
  const body = text.replace(/^\ufeff/, "");
  if (body.trimStart().startsWith("[")) {
    const list = parse(file, undefined, body);
    if (!Array.isArray(list)) throw new TargetError(file, undefined, undefined, "expected a list of objects");
    return list.map((value: unknown, i) => toRecord(file, `entry ${i + 1}`, value));
  }
  return body.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const place = `line ${i + 1}`;
    return [toRecord(file, place, parse(file, place, line))];
  });
}

function parse(file: string, place: string | undefined, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TargetError(file, place, undefined, `expected JSON, found ${show(text.trim())} (${reason})`);
  }
}

function toRecord(file: string, place: string, value: unknown): SourceRecord {
  if (isObject(value)) return { file, place, value };
  throw new TargetError(file, place, undefined, `expected a JSON object, found ${show(value)}`);
}

/** True for a JSON object, not for a list or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text in a field. @throws TargetError when it is absent, no string, or blank. */
export function textField(record: SourceRecord, field: string): string {
  const value = record.value[field];
  if (typeof value === "string" && value.trim() !== "") return value;
  throw wrong(record, field, "text", value);
}

/** The text in a field that may be absent or empty. */
export function optionalText(record: SourceRecord, field: string): string {
  const value = record.value[field];
  if (value === undefined || value === null || typeof value === "string") return value ?? "";
  throw wrong(record, field, "text", value);
}

/** A list of at least two texts. */
export function textsField(record: SourceRecord, field: string): string[] {
  const value = record.value[field];
  if (isTexts(value) && value.length >= 2) return value;
  throw wrong(record, field, "a list of two or more texts", value);
}

/** A whole number from `first` to `first + count − 1`, also when written as a string; returned as an index from 0. */
export function indexField(record: SourceRecord, field: string, count: number, first = 0): number {
  const value = record.value[field];
  const number = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= first && number < first + count) {
    return number - first;
  }
  throw wrong(record, field, `a whole number from ${first} to ${first + count - 1}`, value);
}

/** Where the value of a field stands in `labels`. */
export function labelField(record: SourceRecord, field: string, labels: readonly string[]): number {
  const value = record.value[field];
  const index = labels.indexOf(String(value));
  if (index >= 0) return index;
  throw wrong(record, field, `one of ${labels.join(", ")}`, value);
}

/** A TargetError for a field of this record. */
export function wrong(record: SourceRecord, field: string, expected: string, found: unknown): TargetError {
  return new TargetError(record.file, record.place, field, `expected ${expected}, found ${show(found)}`);
}

/** True for a list of strings. */
export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
