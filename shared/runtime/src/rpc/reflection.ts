import { fileDescriptors } from "@climb/proto/descriptors";
import type { Server } from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";

/** Has a server tell its services and all types of the contracts, in v1 and v1alpha of the reflection protocol. */
export function addReflection(server: Server, services: string[]): void {
  new ReflectionService(contracts(), { services }).addToServer(server);
}

/**
 * The contracts as the library wants them: an entry whose descriptors are the files themselves. The loader's own entries hold
 * descriptors that it has put together anew, in which no client can resolve a type.
 */
function contracts(): PackageDefinition {
  const fileDescriptorProtos = fileDescriptors().map((bytes) => Buffer.from(bytes));
  const entry = { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos };
  return { contracts: entry } as unknown as PackageDefinition;
}
