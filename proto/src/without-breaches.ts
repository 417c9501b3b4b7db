import { clearField, type Message } from "@bufbuild/protobuf";
import type { Path } from "@bufbuild/protobuf/reflect";
import { valueAt } from "./negative-zero.js";

/**
 * Takes out of a message what its path leads to, as if the caller had not given it: whoever looks for further faults of the
 * message never meets a value that the rules keep out. Messages stay; what their rules refuse is what they lack.
 */
export function takeOut(message: Message, path: Path): void {
  const last = path.at(-1);
  const holder = valueAt(message, path.slice(0, -1));
  if (!last || holder === undefined) return;
  if (last.kind === "field" && last.fieldKind !== "message") clearField(holder as Message, last);
  if (last.kind === "map_sub") delete (holder as Record<string, unknown>)[String(last.key)];
  if (last.kind === "list_sub") {
    const list = holder as unknown[];
    list[last.index] = emptied(list[last.index]);
  }
}

/** Nothing, of the type of a value of a list: the others keep their places. */
function emptied(value: unknown): unknown {
  if (typeof value === "string") return "";
  if (typeof value === "number") return 0;
  if (typeof value === "bigint") return 0n;
  return value instanceof Uint8Array ? new Uint8Array() : value;
}
