import type { DescMessage } from "@bufbuild/protobuf";
import { describedMessage } from "./registry.js";
import type { Plain } from "./shape.js";

/** A path of a mask that leads nowhere: the message has no such field, or a list or map stands on the way. */
export interface LostPath {
  index: number;
  path: string;
}

/** Fields to keep of a message; `true` keeps all of one. */
interface Tree {
  [localName: string]: Tree | true;
}

/** What a mask keeps of messages of one type. */
export interface Mask {
  /** The first path that leads nowhere. */
  lost?: LostPath;
  /** The fields that the mask names; others have their default. Always keeps `keep`. */
  of<T extends object>(message: T): T;
}

/**
 * Reads a google.protobuf.FieldMask.
 * @param typeName full name of the message type that is masked
 * @param paths fields as the contract spells them, with dots between the levels, for example `status.state`
 * @param keep fields of the uppermost level that are kept whatever the mask says, in the code's spelling
 */
export function maskOf(typeName: string, paths: readonly string[], keep: readonly string[] = []): Mask {
  const described = describedMessage(typeName);
  const tree: Tree = Object.fromEntries(keep.map((name) => [name, true as const]));
  const lost = paths.findIndex((path) => !addTo(tree, described, path.split(".")));
  return {
    ...(lost >= 0 && { lost: { index: lost, path: paths[lost] as string } }),
    of: (message) => kept(described, message as Plain, tree) as typeof message,
  };
}

/** Adds a path; false if it leads nowhere. */
function addTo(tree: Tree, described: DescMessage, [name, ...rest]: readonly string[]): boolean {
  const field = described.fields.find((one) => one.name === name);
  if (!field || field.oneof) return false;
  const { localName } = field;
  const known = Object.hasOwn(tree, localName) ? tree[localName] : undefined;
  if (rest.length === 0) {
    tree[localName] = true;
    return true;
  }
  if (field.fieldKind !== "message") return false;
  // What is kept whole stays whole, but the rest of the path must lead somewhere.
  const below: Tree = known === undefined || known === true ? {} : known;
  if (known !== true) tree[localName] = below;
  return addTo(below, field.message, rest);
}

function kept(described: DescMessage, message: Plain, tree: Tree): Plain {
  const left: Record<string, unknown> = {};
  for (const [name, below] of Object.entries(tree)) {
    const value = message[name];
    const type = described.fields.find(({ localName }) => localName === name)?.message;
    left[name] = below === true || !type || value === undefined ? value : kept(type, value as Plain, below);
  }
  return left;
}
