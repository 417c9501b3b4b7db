import { ServiceError } from "@climb/runtime";

/**
 * Refuses a kind or id that cannot be one word of a subject.
 * @throws ServiceError invalid FIELD_INVALID
 */
export function checkSnapshotName(kind: string, id: string): void {
  checkKind(kind);
  if (!/^[A-Za-z0-9_=-]+$/.test(id)) throw invalid("id", id, "A-Z a-z 0-9 _ - =");
}

/** As {@link checkSnapshotName}, for a kind alone. */
export function checkKind(kind: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(kind)) throw invalid("kind", kind, "A-Z a-z 0-9 _ -");
}

function invalid(field: string, found: string, characters: string): ServiceError {
  const message = `"${found}" is not the ${field} of a snapshot; expected ${characters}`;
  return new ServiceError("invalid", "FIELD_INVALID", message, { field });
}
