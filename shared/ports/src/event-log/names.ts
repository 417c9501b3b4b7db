import { ServiceError } from "@climb/runtime";

/**
 * Refuses a name that one implementation could not keep apart from another name: "a.b" is "a/b" as a subject.
 * @throws ServiceError invalid FIELD_INVALID
 */
export function checkLogName(name: string): void {
  if (!/^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/.test(name)) throw invalid(`"${name}" is not a log name`);
}

function invalid(found: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", `${found}; expected words of a-z 0-9 _ - between slashes`, {
    field: "log",
  });
}
