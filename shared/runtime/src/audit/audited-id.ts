const ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The id of what a call changed: the request names it, or the answer holds it; empty if there is none. */
export function auditedId(request: unknown, response: unknown): string {
  const made = Object.values(fieldsOf(response)).map((value) => idIn(fieldsOf(value)));
  return idIn(fieldsOf(request)) || made.find((id) => id !== "") || "";
}

function idIn(fields: Record<string, unknown>): string {
  const named = ["id", ...Object.keys(fields).filter((name) => name.endsWith("Id") && name !== "requestId")];
  for (const name of named) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value === "string" && ID.test(value)) return value;
  }
  return "";
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
