import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ErrorReason } from "@climb/proto/common/v1/error_reason";
import { status } from "@grpc/grpc-js";

const proto = fileURLToPath(new URL("../../proto/climb/", import.meta.url));

/** `CODE REASON` of all errors that the comments of a method and of its service list, by `Service.Method`. */
export function listedErrors(): Map<string, Set<string>> {
  const listed = new Map<string, Set<string>>();
  const files = readdirSync(proto, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("_service.proto"),
  );
  for (const text of files.map((name) => readFileSync(join(proto, name), "utf8"))) {
    const comment = String.raw`((?:^ *//[^\n]*\n)*)`;
    const [, ofService = "", service] = new RegExp(`${comment}^service (\\w+)`, "m").exec(text) ?? [];
    for (const [, ofMethod = "", method] of text.matchAll(new RegExp(`${comment}^ {2}rpc (\\w+)`, "gm"))) {
      listed.set(`${service}.${method}`, new Set([...errorsIn(ofService), ...errorsIn(ofMethod)]));
    }
  }
  return listed;
}

/** Reads "NOT_FOUND with RESOURCE_UNKNOWN or ARTIFACT_MISSING": reasons belong to the code before them. */
function errorsIn(comment: string): string[] {
  const errors: string[] = [];
  let code = "";
  for (const [word] of comment.matchAll(/\b[A-Z]+(?:_[A-Z]+)*\b/g)) {
    if (word in status) code = word;
    // A reason without a code is one that a resource can end with.
    else if (code !== "" && `ERROR_REASON_${word}` in ErrorReason) errors.push(`${code} ${word}`);
  }
  return errors;
}
