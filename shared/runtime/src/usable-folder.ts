import { lstatSync, mkdtempSync, rmdirSync, type Stats, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ServiceError, systemCode, writeError } from "./errors.js";

/**
 * Makes sure that files can be written in a folder, which need not be there yet: the nearest one above it is tried. Leaves
 * nothing behind. To be asked before a folder is made, as Node makes folders below /proc without ever coming to an end.
 * @param what the folder is to its user, for example "the data directory"
 * @param remedy what gives another, for example "give another --data-dir"
 * @throws ServiceError invalid PATH_UNREADABLE in one sentence; exhausted DISK_FULL
 */
export function expectUsableFolder(what: string, path: string, remedy: string): void {
  const refuse = (why: string) => unusable(what, path, why, remedy);
  if (path.trim() === "") throw refuse("its name is empty");
  let nearest = resolve(path);
  while (!entryOf(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  let found: Stats;
  try {
    found = statSync(nearest);
  } catch (error) {
    throw refuse(
      systemCode(error) === "ENOENT" ? `${nearest} is a link that leads nowhere` : `${nearest}: ${whyOf(error)}`,
    );
  }
  if (!found.isDirectory()) throw refuse(`${nearest} is a file`);
  try {
    rmdirSync(mkdtempSync(join(nearest, ".climb-")));
  } catch (error) {
    const full = writeError(error, nearest);
    throw full instanceof ServiceError ? full : refuse(`nothing can be written in ${nearest} (${whyOf(error)})`);
  }
}

/** For a folder that whoever starts a process must have made. @throws as {@link expectUsableFolder} */
export function expectTemporaryFolder(): void {
  const remedy = "name another by TMPDIR";
  if (!entryOf(tmpdir())) throw unusable("the folder of temporary files", tmpdir(), "it does not exist", remedy);
  expectUsableFolder("the folder of temporary files", tmpdir(), remedy);
}

function unusable(what: string, path: string, why: string, remedy: string): ServiceError {
  const message = `${what} ${path === "" ? '""' : path} cannot be used: ${why}; ${remedy}`;
  return new ServiceError("invalid", "PATH_UNREADABLE", message, { path });
}

function entryOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    // What is below a file is not there either, and what may not be looked at is judged by the folder above.
    if (["ENOENT", "ENOTDIR", "EACCES", "ELOOP"].includes(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

function whyOf(error: unknown): string {
  const code = systemCode(error) ?? String(error);
  const known: Record<string, string> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "read-only",
    ENOENT: "the system makes no files there",
    ELOOP: "a link that leads back to itself",
  };
  return known[code] ?? code;
}
