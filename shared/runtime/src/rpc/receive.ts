import type { Breach } from "@climb/proto/rules";
import { receive } from "@climb/proto/rules";
import { ServiceError } from "../errors.js";
import type { MethodDefinition } from "./definition.js";
import { cutMessage } from "./details.js";

/** A request at the door: read and held against the rules of the contract, or the reason why it could not be. */
export interface Incoming {
  /** Without what breaks a rule. */
  request: unknown;
  breaches: readonly Breach[];
  unreadable?: ServiceError;
  /** Bytes of the request. */
  size: number;
}

/** A request that breaks rules is looked at further, for its other faults, only up to so many bytes. */
const LOOKED_AT_BYTES = 256 * 1024;

/** Reads a request; never throws, because grpc-js would answer INTERNAL for it. */
export function incoming({ requestType }: MethodDefinition, bytes: Uint8Array): Incoming {
  try {
    // A message of no contract, as tests have them, has no rules.
    const size = bytes.length;
    if (requestType.typeName === undefined) return { request: requestType.decode(bytes), breaches: [], size };
    const { message, breaches } = receive(requestType.typeName, bytes);
    return { request: message, breaches, size };
  } catch (error) {
    const expected = requestType.typeName ?? "a message";
    const message = `the request cannot be read as ${expected}: ${(error as Error).message}`;
    const metadata = { field: "", found: `${bytes.length} bytes`, expected };
    return {
      request: undefined,
      breaches: [],
      size: bytes.length,
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

interface Faults {
  faults: { field: string; message: string }[];
}

/**
 * The answer of a call that {@link tellsFaults}: the rules that the request breaks, then what the handler finds in the
 * request without what breaks them.
 */
export async function answerFaults(call: Incoming, handle: (request: unknown) => unknown): Promise<Faults> {
  const { request, breaches, unreadable, size } = call;
  if (unreadable || breaches.length === 0) return shortened((await handle(requestOf(call))) as Faults);
  const broken = breaches.map((breach) => ({ ...breach, message: sentence(breach), reason: "FIELD_INVALID" }));
  // What is said of a whole list of which a part is broken may follow from that alone: a sum, for example.
  const isNamed = ({ field }: { field: string }) =>
    broken.some((breach) => breach.field === field || breach.field.startsWith(`${field}[`));
  const others = size > LOOKED_AT_BYTES ? [] : await furtherFaults(request, handle);
  return shortened({ faults: [...broken, ...others.filter((fault) => !isNamed(fault))] });
}

async function furtherFaults(request: unknown, handle: (request: unknown) => unknown): Promise<Faults["faults"]> {
  try {
    return ((await handle(request)) as Faults).faults;
  } catch {
    // It was not made for what breaks the rules.
    return [];
  }
}

/** An answer whose sentences repeat no more of the request than those of errors do. */
function shortened(answer: Faults): Faults {
  return { ...answer, faults: answer.faults.map((fault) => ({ ...fault, message: cutMessage(fault.message) })) };
}

function sentence({ found, expected }: Breach): string {
  return `found ${found}, expected ${expected}`;
}
