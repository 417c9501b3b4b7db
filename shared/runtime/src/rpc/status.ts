import { ErrorInfo, RetryInfo } from "@climb/proto/google/rpc/error_details";
import { Status } from "@climb/proto/google/rpc/status";
import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { kindOfCode, ServiceError } from "../errors.js";

const DETAILS = "grpc-status-details-bin";
const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const DOMAIN = "climb";

/** A call that this server does not offer. */
export class NotOfferedError extends Error {
  override readonly name = "NotOfferedError";
}

/** Why the signal of a call fired when it was the caller who ended it. Named as every abort is. */
export class CallEndedError extends Error {
  override readonly name = "AbortError";
  constructor(readonly code: status.CANCELLED | status.DEADLINE_EXCEEDED) {
    super(code === status.CANCELLED ? "the caller cancelled" : "the deadline is over");
  }
}

/**
 * What the caller hears of an error: a ServiceError as it is, an ended call with the code of its end, anything else as
 * "internal error", because its text may hold what is none of the caller's business.
 */
export function toStatus(error: unknown): Partial<StatusObject> & { code: status } {
  if (error instanceof ServiceError) return withReason(error.code, error);
  if (error instanceof NotOfferedError)
    return withReason(status.UNIMPLEMENTED, { message: error.message, reason: "NOT_OFFERED", metadata: {} });
  if (error instanceof CallEndedError) return { code: error.code, details: error.message };
  if (error instanceof Error && error.name === "AbortError")
    return { code: status.CANCELLED, details: "the call was cancelled" };
  return { code: status.INTERNAL, details: "internal error" };
}

function withReason(
  code: status,
  {
    message,
    reason,
    metadata,
    retryAfterMs,
  }: Pick<ServiceError, "message" | "reason" | "metadata"> & { retryAfterMs?: number | undefined },
) {
  const details = [
    { typeUrl: ERROR_INFO, value: Buffer.from(ErrorInfo.encode({ reason, domain: DOMAIN, metadata }).finish()) },
  ];
  if (retryAfterMs !== undefined) {
    const retryDelay = {
      seconds: BigInt(Math.trunc(retryAfterMs / 1000)),
      nanos: Math.trunc(retryAfterMs % 1000) * 1e6,
    };
    details.push({ typeUrl: RETRY_INFO, value: Buffer.from(RetryInfo.encode({ retryDelay }).finish()) });
  }
  const trailer = new Metadata();
  trailer.set(DETAILS, Buffer.from(Status.encode({ code, message, details }).finish()));
  return { code, details: message, metadata: trailer };
}

/** The ServiceError behind a failed call, if the server was one of ours or the code says enough; else the error itself. */
export function fromStatus(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const { code, details, metadata } = error as unknown as StatusObject;
  const [rich] = metadata?.get(DETAILS) ?? [];
  if (Buffer.isBuffer(rich)) {
    const parsed = Status.decode(rich);
    const any = parsed.details.find(({ typeUrl }) => typeUrl === ERROR_INFO);
    const kind = kindOfCode(code);
    if (any && kind) {
      const info = ErrorInfo.decode(any.value);
      const retry = parsed.details.find(({ typeUrl }) => typeUrl === RETRY_INFO);
      const delay = retry && RetryInfo.decode(retry.value).retryDelay;
      const retryAfterMs = delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
      return new ServiceError(kind, info.reason, parsed.message, info.metadata, { cause: error, retryAfterMs });
    }
  }
  // Who does not answer in time is frozen, or cut off; who resets a stream has died.
  const gone = code === status.INTERNAL && details.startsWith("Received RST_STREAM");
  if (code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED || gone) {
    return new ServiceError("unavailable", "PEER_UNREACHABLE", details, {}, { cause: error });
  }
  return error;
}
