import { Role } from "@climb/proto/access";
import { ServiceError } from "../errors.js";

/** Who calls, as far as it was proved. */
export interface Caller {
  /** For logs: the token's subject, the certificate's name. */
  name: string;
  /** The project whose things the caller sees and makes; {@link ANY_PROJECT}: of each, one at a time. */
  project: string;
  role: Role;
}

/** The project of the suite's own services and of its operators. */
export const ANY_PROJECT = "*";

/** Who calls where nobody is asked who it is. */
export const ANYBODY: Caller = { name: "anybody", project: ANY_PROJECT, role: Role.ROLE_ADMIN };

const PROJECT = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ROLES: Record<string, Role> = {
  viewer: Role.ROLE_VIEWER,
  editor: Role.ROLE_EDITOR,
  worker: Role.ROLE_WORKER,
  admin: Role.ROLE_ADMIN,
};

/** Whether a word can name a project. */
export function isProject(word: string): boolean {
  return PROJECT.test(word);
}

/** The role of a word: viewer, editor, worker or admin; undefined for any other. */
export function roleNamed(word: string): Role | undefined {
  return Object.hasOwn(ROLES, word) ? ROLES[word] : undefined;
}

/** What a role is called in files and tokens. */
export function nameOfRole(role: Role): string {
  return Object.keys(ROLES).find((word) => ROLES[word] === role) ?? "none";
}

/** @param what stands where, for example "line 3 of tokens.txt" @throws ServiceError invalid FIELD_INVALID */
export function callerOf(name: string, project: string, role: string, what: string): Caller {
  const known = roleNamed(role);
  if (project !== ANY_PROJECT && !isProject(project)) {
    throw invalid(`${what}: found project "${project}", expected a-z 0-9 - (at most 63) or *`);
  }
  if (!known) throw invalid(`${what}: found role "${role}", expected viewer, editor, worker or admin`);
  return { name, project, role: known };
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", message, { field: "project, role" });
}
