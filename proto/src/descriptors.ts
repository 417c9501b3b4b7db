import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The descriptors of all contracts and of what they import, as bytes: a FileDescriptorProto for each file. */
export function fileDescriptors(): Uint8Array[] {
  const { file } = fromBinary(FileDescriptorSetSchema, fileDescriptorSet());
  return file.map((one) => toBinary(FileDescriptorProtoSchema, one));
}

/** As {@link fileDescriptors}, as the bytes of one FileDescriptorSet. */
export function fileDescriptorSet(): Uint8Array {
  return readFileSync(createRequire(import.meta.url).resolve("@climb/proto/image"));
}
