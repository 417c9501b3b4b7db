import { withoutNonNumbers, writtenFields } from "@climb/corpus";
import type { ReadOptions } from "./document.js";
import { idOfBytes } from "./exact-id.js";

/** Stands for all fields of a record but its text and its id: they are carried as one JSON object. */
export const EVERY_FIELD = "*";

/** What is carried of a record, by the name of the field. */
export interface Carried {
  [name: string]: string;
}

type Options = Pick<ReadOptions, "carry" | "textField" | "idField" | "withoutText">;

/**
 * The fields of a record that are to be carried beside its text: texts as they are, everything else as JSON has it, with
 * all digits. What is null or not there is left out; undefined if nothing is carried.
 * @param json of the record, where it came from some
 */
export function carriedOf(record: { [field: string]: unknown }, options: Options, json?: string): Carried | undefined {
  const { carry = [], idField } = options;
  const textField = options.withoutText ? undefined : options.textField || "text";
  if (carry.length === 0) return undefined;
  const written = json === undefined ? undefined : writtenFields(json);
  const jsonOf = (name: string) =>
    written
      ? withoutNonNumbers(written.get(name) ?? "null", (found) => JSON.stringify(found))
      : exactJson(record[name]);
  const carried: Carried = {};
  for (const name of carry) {
    if (name === EVERY_FIELD) {
      const others = Object.keys(record).filter((field) => field !== textField && field !== idField);
      const parts = others.map((field) => `${JSON.stringify(field)}:${jsonOf(field)}`);
      carried[name] = `{${parts.join(",")}}`;
      continue;
    }
    const value = record[name];
    const text = typeof value === "string" ? value : written ? written.get(name) : writtenValue(value);
    if (text !== undefined && text !== "null") carried[name] = text.toWellFormed();
  }
  return Object.keys(carried).length === 0 ? undefined : carried;
}

function writtenValue(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return idOfBytes(value);
  return typeof value === "object" ? exactJson(value) : String(value);
}

/** A value of a table as JSON, whole numbers of any size with all their digits. */
function exactJson(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date || value instanceof Uint8Array) return JSON.stringify(writtenValue(value));
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, exactJson).join(",")}]`;
  }
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${exactJson(inner)}`)}}`;
}

/** A time as ISO 8601 writes it, UTC. @param digits of its seconds' fraction: 0, 3, 6 or 9 @param value in that unit since 1970 */
export function writtenTime(value: bigint, digits: 0 | 3 | 6 | 9): string {
  const unit = 10n ** BigInt(digits);
  const fraction = ((value % unit) + unit) % unit;
  const seconds = (value - fraction) / unit;
  const whole = new Date(Number(seconds) * 1000);
  // Beyond what a calendar has, the number says more.
  if (Number.isNaN(whole.getTime())) return String(value);
  const point = digits === 0 ? "" : `.${String(fraction).padStart(digits, "0")}`;
  return `${whole.toISOString().slice(0, -5)}${point}Z`;
}
