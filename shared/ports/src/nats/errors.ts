import { ServiceError } from "@climb/runtime";
import { ErrorCode, NatsError } from "nats";

/** What the JetStream server calls its errors. */
export const API_ERRORS = {
  consumerNotFound: 10014,
  streamNameInUse: 10058,
  messageNotFound: 10037,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
} as const;

/** Whether the server answered with an error of this number. */
export function isApiError(error: unknown, code: number): boolean {
  return error instanceof NatsError && error.api_error?.err_code === code;
}

/** Whether a stream or consumer that was there is not any more, or nobody serves it at the moment. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  return (
    isApiError(error, API_ERRORS.streamNotFound) ||
    isApiError(error, API_ERRORS.consumerNotFound) ||
    (error.code === ErrorCode.NoResponders && !error.api_error)
  );
}

/** As NATS says that nobody is there to answer. */
export function nobodyThere(): NatsError {
  return NatsError.errorForCode(ErrorCode.NoResponders);
}

/** That the broker cannot be used now: one sentence of what was tried. */
export function unavailable(what: string, because: string, address: string, cause?: unknown): ServiceError {
  const message = `${what}: the broker at ${address} ${because}`;
  return new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address }, { cause });
}

/**
 * The error of this project for one of the NATS library. A broker that does not answer, is without a leader or disk, or
 * refuses for another reason of its own is unavailable: none of these is the fault of who calls, and each may pass.
 */
export function brokerError(error: unknown, what: string, address: string): unknown {
  if (!(error instanceof NatsError)) return error;
  return unavailable(what, reasonOf(error), address, error);
}

function reasonOf(error: NatsError): string {
  if (error.api_error) {
    const { description, err_code } = error.api_error;
    return `refuses: ${description}${err_code ? ` (${err_code})` : ""}`;
  }
  switch (error.code) {
    case ErrorCode.Timeout:
      return "does not answer in time";
    case ErrorCode.NoResponders:
      return "has no JetStream that serves it";
    case ErrorCode.ConnectionClosed:
    case ErrorCode.ConnectionDraining:
    case ErrorCode.SubClosed:
    case ErrorCode.SubDraining:
      return "was left: its connection is closed";
    default:
      return `cannot be used: ${error.message}`;
  }
}

/** @throws ServiceError invalid FIELD_INVALID for a message that the server would cut the connection for */
export function checkSize(what: string, sizeBytes: number, maxPayloadBytes: number): void {
  if (sizeBytes <= maxPayloadBytes) return;
  const message = `${what} has ${sizeBytes} bytes with its headers, expected at most ${maxPayloadBytes}, the broker's max_payload`;
  throw new ServiceError("invalid", "FIELD_INVALID", message, {
    field: "record",
    sizeBytes: String(sizeBytes),
    maxBytes: String(maxPayloadBytes),
  });
}
