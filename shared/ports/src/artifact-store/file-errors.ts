import { type OnDiskFull, ServiceError, systemCode, writeError } from "@climb/runtime";

/** What the system says while the server of a volume is away or was exchanged. */
const AWAY = new Set([
  "EIO",
  "ESTALE",
  "ETIMEDOUT",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENOTCONN",
  "ECONNREFUSED",
  "EREMOTEIO",
]);
/** What the system says of a path that leads through a file, or ends at a folder. */
const NO_FILE = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/** Whether an error says that there is no such file. */
export function isNoFile(error: unknown): boolean {
  return NO_FILE.has(systemCode(error) ?? "");
}

/** The error of a store in files, as the contract wants it. */
export function fileError(error: unknown, root: string, file: string, onDiskFull?: OnDiskFull): unknown {
  const code = systemCode(error) ?? "";
  if (AWAY.has(code)) {
    const message = `the volume at ${root} cannot be reached: ${code} at ${file}`;
    return new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address: root }, { cause: error });
  }
  return writeError(error, file, onDiskFull);
}

/** The error for a name that is a folder of other names, or lies below a name. */
export function nameInTheWay(path: string): ServiceError {
  const expected = "a name that is no folder of other names, and lies in none that is a name itself";
  const message = `"${path}" cannot be a name here: expected ${expected}`;
  return new ServiceError("invalid", "FIELD_INVALID", message, { field: "path", found: path, expected });
}
