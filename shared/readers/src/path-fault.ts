import { ServiceError } from "@climb/runtime/worker";

/** The error PATH_UNREADABLE of a path. */
export function unreadable(path: string, what: string): ServiceError {
  const expected =
    "expected a readable file, a directory or a glob, or an s3:// address, as the embedding service sees it";
  return new ServiceError("invalid", "PATH_UNREADABLE", `${path} ${what}; ${expected}`, { path });
}

/** The error INPUT_EMPTY of a path. */
export function empty(path: string, what: string): ServiceError {
  const expected = "expected JSON, CSV, Parquet, Arrow, tar, or text, Markdown or code files";
  return new ServiceError("invalid", "INPUT_EMPTY", `${path}: ${what}; ${expected}`, { path });
}
