/** A target file that cannot be used: the message names file, place and field, what was found and what was expected. */
export class TargetError extends Error {
  override readonly name = "TargetError";
  constructor(
    readonly file: string,
    /** "line 3", "entry 3" or, for the file as a whole, undefined. */
    readonly place: string | undefined,
    readonly field: string | undefined,
    problem: string,
  ) {
    super(`${file}${place ? `, ${place}` : ""}${field ? `, field "${field}"` : ""}: ${problem}`);
  }
}

/** A short picture of a value for a message. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
