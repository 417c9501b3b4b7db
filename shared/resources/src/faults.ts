import type { Fault } from "@climb/proto/common/v1/job";
import { type ErrorKind, ServiceError } from "@climb/runtime";

/**
 * The fault of a field that has not what it must have.
 * @param field path into the request, as the contract spells it
 */
export function fieldFault(field: string, found: string | number | bigint, expected: string): Fault {
  const shown = String(found);
  return { field, message: `found ${shown}, expected ${expected}`, reason: "FIELD_INVALID", found: shown, expected };
}

/** The class of failure that a fault is, where it is not that the request is bad. */
const KINDS: Record<string, ErrorKind> = {
  RESOURCE_UNKNOWN: "notFound",
  ARTIFACT_MISSING: "notFound",
  STATE_FORBIDS: "wrongState",
  DATA_INSUFFICIENT: "wrongState",
  NOT_OFFERED: "notOffered",
  DISK_FULL: "exhausted",
  PEER_UNREACHABLE: "unavailable",
};

/** The error of a request with faults: the reason of the first, and all of them as violations. */
export function faultsError(faults: readonly Fault[]): ServiceError {
  const [first = fieldFault("spec", "what cannot be used", "a specification")] = faults;
  const { field, message, reason, found, expected } = first;
  const others = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const metadata = { field, ...(found !== undefined && { found }), ...(expected !== undefined && { expected }) };
  const violations = faults.map((fault) => ({ field: fault.field, description: fault.message, reason: fault.reason }));
  return new ServiceError(KINDS[reason] ?? "invalid", reason, `${field}: ${message}${others}`, metadata, {
    violations,
  });
}
