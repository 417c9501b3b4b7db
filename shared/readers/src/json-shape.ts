import { parseLenient } from "@climb/corpus";
import type { RecordFormat } from "./input-file.js";

/** What the beginning of a file shows of JSON. */
export interface JsonShape {
  format: Extract<RecordFormat, "jsonl" | "json">;
  /** The first records that are all there. */
  records: { [field: string]: unknown }[];
}

const MOST_RECORDS = 16;

/**
 * How JSON lies in a file, by its beginning: an object a line, an array, or objects that go over lines.
 * @param isWhole whether the head is all of the file
 */
export function jsonShape(head: Buffer, isWhole: boolean): JsonShape | undefined {
  const text = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (text.startsWith("[")) {
    // An array of objects; other lists are no records.
    if (!/^\[\s*(\{|\]\s*$)/.test(text)) return undefined;
    return { format: "json", records: objectsOf(text.slice(1)) };
  }
  if (!text.startsWith("{")) return undefined;
  const lines = text.split("\n");
  // The last line may be cut by the end of the head.
  const whole = isWhole ? lines : lines.slice(0, -1);
  const found = whole.filter((line) => line.trim() !== "").slice(0, MOST_RECORDS);
  const records = found.map(objectOf).filter((record) => record !== undefined);
  // One line that is no JSON is a bad record; a first line that is none may be the first of an object of several.
  if (objectOf(found[0] ?? "") || 2 * records.length > found.length) return { format: "jsonl", records };
  const values = objectsOf(text);
  if (values.length > 0 && found.length > 0) return { format: "json", records: values };
  return { format: "jsonl", records };
}

/** The objects that text begins with, one after another, as far as each is all there. */
function objectsOf(text: string): { [field: string]: unknown }[] {
  const records: { [field: string]: unknown }[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length && records.length < MOST_RECORDS; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      if (depth++ === 0) start = at;
    } else if (character === "}" || character === "]") {
      if (--depth < 0) break;
      if (depth > 0) continue;
      const record = objectOf(text.slice(start, at + 1));
      if (!record) break;
      records.push(record);
    }
  }
  return records;
}

function objectOf(json: string): { [field: string]: unknown } | undefined {
  try {
    const value = parseLenient(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
