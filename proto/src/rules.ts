import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { createValidator, type Violation } from "@bufbuild/protovalidate";
import { negativeZeros } from "./negative-zero.js";
import { describedMessage, registry } from "./registry.js";
import { plainOf } from "./shape.js";
import { takeOut } from "./without-breaches.js";
import { breachOf } from "./wording.js";

/** A field of a request that is not as its rule in the contract says. */
export interface Breach {
  /** Path of the field into the request, for example `spec.targets[2].weight`. */
  field: string;
  /** What is there, at most about a hundred characters of it. */
  found: string;
  /** What may be there. */
  expected: string;
}

/** A request as it came. */
export interface Received {
  /** Without what breaks a rule. */
  message: unknown;
  /** Every field that breaks a rule. */
  breaches: Breach[];
}

/** Requests of more bytes are told the first breach only: millions of them would be more than the request. */
const ALL_BREACHES_BYTES = 256 * 1024;
const MAX_BREACHES = 100;

/** Patterns of the contracts, compiled once. They are short and without nested repetition, so that time is linear. */
const patterns = new Map<string, RegExp>();
const regexMatch = (pattern: string, text: string) => {
  const known = patterns.get(pattern) ?? new RegExp(pattern, "u");
  patterns.set(pattern, known);
  return known.test(text);
};

const thorough = createValidator({ registry, regexMatch });
const brief = createValidator({ registry, regexMatch, failFast: true });

/**
 * Reads a request and holds it against the `buf.validate` rules of its type; −0 is refused in every number.
 * @param typeName full name of the request's message
 * @throws Error for bytes that are no message of that type
 */
export function receive(typeName: string, bytes: Uint8Array): Received {
  const described = describedMessage(typeName);
  const message = fromBinary(described, bytes, { readUnknownFields: false });
  const found = [...violationsOf(described, message, bytes.length), ...negativeZeros(described, message, MAX_BREACHES)];
  const breaches = breachesOf(message, found);
  for (const { field } of found) takeOut(message, field);
  return { message: plainOf(described, message), breaches };
}

function breachesOf(message: Message, found: readonly Violation[]): Breach[] {
  const breaches = new Map<string, Breach>();
  for (const violation of found) {
    const breach = breachOf(message, violation);
    // NaN breaks the rule of finite numbers and that of its range: once is enough.
    if (!breaches.has(breach.field)) breaches.set(breach.field, breach);
    if (breaches.size === MAX_BREACHES) break;
  }
  return [...breaches.values()];
}

function violationsOf(described: DescMessage, message: Message, size: number): readonly Violation[] {
  const quick = brief.validate(described, message);
  if (quick.kind === "valid") return [];
  const result = quick.kind === "invalid" && size <= ALL_BREACHES_BYTES ? thorough.validate(described, message) : quick;
  if (result.kind === "invalid") return result.violations;
  // The rules themselves are checked by buf lint: what cannot be evaluated is a value outside its type's range.
  throw new Error(`a value is out of its type's range (${result.error?.message ?? "unknown"})`);
}
