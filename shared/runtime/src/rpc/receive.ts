import type { Breach } from "@climb/proto/rules";
import { receive } from "@climb/proto/rules";
import { ServiceError } from "../errors.js";
import type { MethodDefinition } from "./definition.js";
import { cutMessage } from "./details.js";

/** A request at the door: read and held against the rules of the contract, or the reason why it could not be. */
export interface Incoming {
  request: unknown;
  breaches: readonly Breach[];
  unreadable?: ServiceError;
}

/** Reads a request; never throws, because grpc-js would answer INTERNAL for it. */
export function incoming({ requestType }: MethodDefinition, bytes: Uint8Array): Incoming {
  try {
    // A message of no contract, as tests have them, has no rules.
    if (requestType.typeName === undefined) return { request: requestType.decode(bytes) as unknown, breaches: [] };
    const { message, breaches } = receive(requestType.typeName, bytes);
    return { request: message, breaches };
  } catch (error) {
    const expected = requestType.typeName ?? "a message";
    const message = `the request cannot be read as ${expected}: ${(error as Error).message}`;
    const metadata = { field: "", found: `${bytes.length} bytes`, expected };
    return {
      request: undefined,
      breaches: [],
      unreadable: new ServiceError("invalid", "FIELD_INVALID", message, metadata),
    };
  }
}

/** A request that may be worked on. @throws ServiceError invalid FIELD_INVALID with every field that breaks a rule */
export function requestOf({ request, breaches, unreadable }: Incoming): unknown {
  if (unreadable) throw unreadable;
  const [first] = breaches;
  if (!first) return request;
  const more = breaches.length > 1 ? ` (and ${breaches.length - 1} more)` : "";
  const violations = breaches.map((breach) => ({
    field: breach.field,
    description: sentence(breach),
    reason: "FIELD_INVALID",
  }));
  const { field, found, expected } = first;
  const message = `${field}: ${sentence(first)}${more}`;
  throw new ServiceError("invalid", "FIELD_INVALID", message, { field, found, expected }, { violations });
}

/** Whether a call answers with faults instead of failing because of them. */
export function tellsFaults({ responseType }: MethodDefinition): boolean {
  return Array.isArray((responseType.fromPartial({} as never) as { faults?: unknown[] }).faults);
}

/** The faults of a request for a call that {@link tellsFaults}; undefined if it keeps all rules. */
export function faultsOf({ breaches, unreadable }: Incoming): { faults: object[] } | undefined {
  if (unreadable || breaches.length === 0) return undefined;
  return {
    faults: breaches.map((breach) => ({ field: breach.field, message: sentence(breach), reason: "FIELD_INVALID" })),
  };
}

/** An answer whose sentences repeat no more of the request than those of errors do. */
export function withShortFaults(answer: unknown): unknown {
  const { faults, ...others } = answer as { faults: { message: string }[] };
  return { ...others, faults: faults.map((fault) => ({ ...fault, message: cutMessage(fault.message) })) };
}

function sentence({ found, expected }: Breach): string {
  return `found ${found}, expected ${expected}`;
}
