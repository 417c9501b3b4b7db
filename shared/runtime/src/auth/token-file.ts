import type { Logger } from "pino";
import { ServiceError } from "../errors.js";
import { linesFile } from "./lines-file.js";

/** The token in a file, read again as it changes. @throws ServiceError invalid FIELD_INVALID if there is none now */
export function tokenFile(path: string, logger: Logger): () => string {
  return linesFile(
    path,
    (lines) => {
      const [token, ...others] = lines.flatMap(({ words }) => words);
      if (token && others.length === 0) return token;
      const message = `${path}: found ${others.length + (token ? 1 : 0)} words, expected one token`;
      throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_TOKEN_FILE" });
    },
    logger,
  );
}
