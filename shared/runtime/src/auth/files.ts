import type { Logger } from "pino";
import { ServiceError } from "../errors.js";
import { type Caller, callerOf } from "./caller.js";
import { type LinesFile, linesFile } from "./lines-file.js";

/**
 * Tokens by the SHA-256 of each: lines of "<64 hexadecimal digits> <name> <project or *> <role>", so that the file gives no
 * token away. @throws ServiceError invalid FIELD_INVALID naming the line
 */
export function tokensFile(path: string, logger: Logger): LinesFile<ReadonlyMap<string, Caller>> {
  return linesFile(
    path,
    (lines) =>
      new Map(
        lines.map(({ words, where }) => {
          const [digest = "", name = "", project = "", role = ""] = words;
          if (words.length !== 4 || !/^[0-9a-f]{64}$/.test(digest)) {
            throw invalid(`${where}: expected "<SHA-256 of the token in hexadecimal> <name> <project or *> <role>"`);
          }
          return [digest, callerOf(name, project, role, where)] as const;
        }),
      ),
    logger,
  );
}

/**
 * Who somebody with a proved name is: lines of "<cert:NAME or jwt:SUBJECT> <project or *> <role>".
 * @throws ServiceError invalid FIELD_INVALID naming the line
 */
export function policyFile(path: string, logger: Logger): LinesFile<ReadonlyMap<string, Caller>> {
  return linesFile(
    path,
    (lines) =>
      new Map(
        lines.map(({ words, where }) => {
          const [name = "", project = "", role = ""] = words;
          if (words.length !== 3 || !/^(cert|jwt):./.test(name)) {
            throw invalid(`${where}: expected "<cert:NAME or jwt:SUBJECT> <project or *> <role>"`);
          }
          return [name, callerOf(name, project, role, where)] as const;
        }),
      ),
    logger,
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_AUTH_TOKENS, CLIMB_AUTH_POLICY" });
}
