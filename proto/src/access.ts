import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { Role } from "../gen/climb/common/v1/access.js";
import { registry } from "./registry.js";

/** A call of the contracts, with what it declares. */
export interface AccessRule {
  /** "/package.Service/Method" */
  path: string;
  /** The least role that it needs; ROLE_UNSPECIFIED if it declares none. */
  role: Role;
  /** Bytes of the longest request message. */
  maxRequestBytes: number;
}

/** Of calls that carry no bulk. */
const REQUEST_BYTES = 1024 * 1024;

let known: ReadonlyMap<string, AccessRule> | undefined;

/** Every call of Climb's own services by its path in HTTP/2. */
export function accessRules(): ReadonlyMap<string, AccessRule> {
  known ??= read();
  return known;
}

function read(): ReadonlyMap<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  for (const type of registry) {
    if (type.kind !== "service" || !type.typeName.startsWith("climb.")) continue;
    for (const method of type.methods) {
      const path = `/${type.typeName}/${method.name}`;
      const [role, bytes] = [optionOf(method, "access"), optionOf(method, "max_request_bytes")];
      rules.set(path, { path, role: role as Role, maxRequestBytes: bytes || REQUEST_BYTES });
    }
  }
  return rules;
}

function optionOf(method: DescMethod, name: string): number {
  const extension = registry.getExtension(`climb.common.v1.${name}`);
  if (!extension) throw new Error(`the contracts do not hold the option ${name}: run npm run generate`);
  return Number(getOption(method, extension));
}

export { Role };
