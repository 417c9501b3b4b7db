import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { extensionNumbers, filesByName, filesWithExtension, filesWithSymbol } from "@climb/proto/descriptors";
import { type Server, type ServerDuplexStream, type ServiceDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** The part of a request that the protocol's choice `messageRequest` names. */
interface ReflectionRequest {
  messageRequest?: "fileByFilename" | "fileContainingSymbol" | string;
  fileByFilename?: string;
  fileContainingSymbol?: string;
  fileContainingExtension?: { containingType: string; extensionNumber: number };
  allExtensionNumbersOfType?: string;
}

/**
 * Has a server tell its services and all types of the contracts, in v1 and v1alpha of the reflection protocol. The files are
 * the contracts' own bytes: the library @grpc/reflection writes them anew without the rules, and leaves out imports that
 * only options need; the protocol is what is used of it.
 */
export function addReflection(server: Server, services: readonly string[]): void {
  const root = dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
  for (const version of ["v1", "v1alpha"]) {
    const file = join(root, `build/proto/grpc/reflection/${version}/reflection.proto`);
    const loaded = loadSync(file, { oneofs: true, defaults: true });
    server.addService(loaded[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition, {
      ServerReflectionInfo: (call: ServerDuplexStream<ReflectionRequest, object>) => {
        call.on("data", (request) => call.write({ originalRequest: request, ...answer(request, services) }));
        call.on("end", () => call.end());
      },
    });
  }
}

function answer(request: ReflectionRequest, services: readonly string[]): object {
  switch (request.messageRequest) {
    case "listServices":
      return { listServicesResponse: { service: services.map((name) => ({ name })) } };
    case "fileByFilename":
      return files(filesByName(request.fileByFilename ?? ""));
    case "fileContainingSymbol":
      return files(filesWithSymbol(request.fileContainingSymbol ?? ""));
    case "fileContainingExtension": {
      const { containingType = "", extensionNumber = 0 } = request.fileContainingExtension ?? {};
      return files(filesWithExtension(containingType, extensionNumber));
    }
    case "allExtensionNumbersOfType": {
      const baseTypeName = request.allExtensionNumbersOfType ?? "";
      const extensionNumber = extensionNumbers(baseTypeName);
      return extensionNumber ? { allExtensionNumbersResponse: { baseTypeName, extensionNumber } } : unknown();
    }
    default:
      return { errorResponse: { errorCode: status.UNIMPLEMENTED, errorMessage: "this question is not known" } };
  }
}

function files(fileDescriptorProto: Uint8Array[] | undefined): object {
  return fileDescriptorProto ? { fileDescriptorResponse: { fileDescriptorProto } } : unknown();
}

function unknown(): object {
  return { errorResponse: { errorCode: status.NOT_FOUND, errorMessage: "the contracts have nothing of this name" } };
}
