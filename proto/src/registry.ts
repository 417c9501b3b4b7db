import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const image = readFileSync(createRequire(import.meta.url).resolve("@climb/proto/image"));

/** Every type of the contracts and of what they import. */
export const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));

/** A message type by its full name. @throws Error if the contracts have none of that name */
export function describedMessage(name: string): DescMessage {
  const described = registry.getMessage(name);
  if (!described) throw new Error(`the contracts have no message ${name}: run npm run generate`);
  return described;
}
