import { ServiceError } from "@climb/runtime";

/**
 * Refuses a job id that cannot be one word of a subject.
 * @throws ServiceError invalid FIELD_INVALID
 */
export function checkJobId(id: string): void {
  if (/^[A-Za-z0-9_-]+$/.test(id)) return;
  throw new ServiceError("invalid", "FIELD_INVALID", `"${id}" is not a job id; expected A-Z a-z 0-9 _ -`, {
    field: "id",
  });
}
