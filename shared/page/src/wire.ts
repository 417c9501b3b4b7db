/**
 * A message of the contracts as the page and the report have it: JSON. 64-bit numbers are numbers (the contracts keep them
 * below 2^53), times are ISO 8601 texts, what is no number is null, bytes do not occur.
 */
export type Wire<T> = T extends bigint
  ? number
  : T extends Date
    ? string
    : T extends readonly (infer U)[]
      ? Wire<U>[]
      : T extends object
        ? { [K in keyof T]: Wire<T[K]> }
        : T;

/** A message in that form. */
export function toWire<T>(message: T): Wire<T> {
  const text = JSON.stringify(message, (_, value) => (typeof value === "bigint" ? Number(value) : value));
  return JSON.parse(text) as Wire<T>;
}
