import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { registry } from "./registry.js";

/** A FileDescriptorProto as bytes, options and all. */
export type FileBytes = Uint8Array;

/** The file that declares a service, call, type, field, value or extension, then what it imports; undefined if none does. */
export function filesWithSymbol(symbol: string): FileBytes[] | undefined {
  const declared = registry.get(symbol);
  if (declared) return withImports(declared.file);
  // Calls, fields and values stand within what declares them.
  const parent = registry.get(symbol.slice(0, Math.max(0, symbol.lastIndexOf("."))));
  const name = symbol.slice(symbol.lastIndexOf(".") + 1);
  const members = parent?.kind === "message" ? parent.members : parent?.kind === "service" ? parent.methods : [];
  if (parent && members.some((member) => member.name === name)) return withImports(parent.file);
  const value = [...registry].find(
    (type) => type.kind === "enum" && type.values.some((one) => valueName(one) === symbol),
  );
  return value && withImports(value.file);
}

/** A file by its name, then what it imports. */
export function filesByName(name: string): FileBytes[] | undefined {
  const file =
    registry.getFile(name.replace(/\.proto$/, "")) ?? [...registry.files].find((one) => one.proto.name === name);
  return file && withImports(file);
}

/** The file that declares an extension of a message type, then what it imports. */
export function filesWithExtension(typeName: string, number: number): FileBytes[] | undefined {
  const extendee = registry.getMessage(typeName);
  const extension = extendee && registry.getExtensionFor(extendee, number);
  return extension && withImports(extension.file);
}

/** The numbers of all extensions of a message type; undefined if the contracts have no such type. */
export function extensionNumbers(typeName: string): number[] | undefined {
  if (!registry.getMessage(typeName)) return undefined;
  const extensions = [...registry].filter((type) => type.kind === "extension");
  return extensions.filter(({ extendee }) => extendee.typeName === typeName).map(({ number }) => number);
}

/** The full name of a value: those of an enum stand beside it, as in C++. */
function valueName({ name, parent }: { name: string; parent: { typeName: string } }): string {
  return [...parent.typeName.split(".").slice(0, -1), name].join(".");
}

function withImports(file: DescFile): FileBytes[] {
  const files = new Set<DescFile>();
  const add = (one: DescFile) => {
    if (files.has(one)) return;
    files.add(one);
    one.dependencies.forEach(add);
  };
  add(file);
  return [...files].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}
