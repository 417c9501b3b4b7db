import { accessRules, Role } from "@climb/proto/access";
import { status } from "@grpc/grpc-js";
import type { Logger } from "pino";
import type { Audit } from "../audit/audit.js";
import { ServiceError } from "../errors.js";
import type { Authenticator, Credentials } from "./authenticate.js";
import { type Caller, nameOfRole } from "./caller.js";

/** The one step between a call and its handler: who calls, and whether it may. */
export type Admit = (path: string, credentials: Credentials, peer: string) => Promise<Admitted>;

/** A call that may be made. */
export interface Admitted {
  caller: Caller;
  /** For which project; undefined: for none, and all that is there may be seen. */
  project: string | undefined;
}

/**
 * Lets calls through whose caller has the role that the contract declares. A call that declares none is the admins', so that
 * what was forgotten is closed. Each refusal is audited.
 */
export function createAdmission(authenticator: Authenticator, logger: Logger, audit: Audit): Admit {
  return async (path, credentials, peer) => {
    let [name, asked] = ["", ""];
    try {
      const { caller, project } = await authenticator.whoCalls(credentials);
      [name, asked] = [caller.name, project ?? ""];
      const needed = accessRules().get(path)?.role || Role.ROLE_ADMIN;
      if (caller.role < needed) {
        const [found, expected] = [nameOfRole(caller.role), nameOfRole(needed)];
        const message = `the call needs the role ${expected}; the caller's is ${found}`;
        throw new ServiceError("forbidden", "ROLE_INSUFFICIENT", message, { found, expected });
      }
      return { caller, project };
    } catch (error) {
      if (error instanceof ServiceError) {
        audit.refused({ path, caller: name, project: asked, peer }, status[error.code], error.reason);
      } else {
        logger.error({ err: error, call: path, peer }, "who calls could not be found out");
      }
      throw error;
    }
  };
}
