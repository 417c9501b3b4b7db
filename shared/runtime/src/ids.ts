import { createHash } from "node:crypto";
import { currentProject } from "./auth/scope.js";

/**
 * A resource id made of what makes the resource: 32 hexadecimal digits of SHA-256 over the parts, each with its kind
 * and length, so that ("ab", "c") and ("a", "bc") differ. The same of two projects is
 * not the same: an id would tell one what the other has.
 */
export function contentId(...parts: (string | number | Uint8Array)[]): string {
  const hash = createHash("sha256");
  const project = currentProject();
  if (project !== undefined) hash.update(`project:${project.length}:${project}`);
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : Buffer.from(String(part), "utf8");
    hash.update(`${part instanceof Uint8Array ? "bytes" : typeof part}:${bytes.length}:`);
    hash.update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
}
