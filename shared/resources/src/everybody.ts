import { currentProject, ServiceError } from "@climb/runtime";

/**
 * Refuses callers who act for one project alone.
 * @param what is done for all, as the beginning of a sentence
 * @throws ServiceError forbidden ROLE_INSUFFICIENT
 */
export function expectEverybody(what: string): void {
  if (currentProject() === undefined) return;
  const message = `${what} for all projects at once, by an admin of the project *`;
  const metadata = { found: "admin of one project", expected: "admin of *" };
  throw new ServiceError("forbidden", "ROLE_INSUFFICIENT", message, metadata);
}
