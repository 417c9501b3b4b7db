import { createFileRegistry, fromBinary, getOption } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Role } from "../gen/climb/common/v1/access.js";
import { fileDescriptorSet } from "./descriptors.js";

/** A call of the contracts, with the least role that it declares. */
export interface AccessRule {
  /** "/package.Service/Method" */
  path: string;
  /** ROLE_UNSPECIFIED if it declares none. */
  role: Role;
}

let known: ReadonlyMap<string, AccessRule> | undefined;

/** Every call of Climb's own services by its path in HTTP/2. */
export function accessRules(): ReadonlyMap<string, AccessRule> {
  known ??= read();
  return known;
}

function read(): ReadonlyMap<string, AccessRule> {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fileDescriptorSet()));
  const access = registry.getExtension("climb.common.v1.access");
  if (!access) throw new Error("the contracts do not hold the option climb.common.v1.access");
  const rules = new Map<string, AccessRule>();
  for (const type of registry) {
    if (type.kind !== "service" || !type.typeName.startsWith("climb.")) continue;
    for (const method of type.methods) {
      const path = `/${type.typeName}/${method.name}`;
      rules.set(path, { path, role: getOption(method, access) as Role });
    }
  }
  return rules;
}

export { Role };
