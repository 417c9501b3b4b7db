import { ErrorInfo } from "@climb/proto/google/rpc/error_details";
import { Status as RichStatus } from "@climb/proto/google/rpc/status";
import { ClientError, type Metadata, Status } from "nice-grpc";

const DETAILS = "grpc-status-details-bin";
const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";

/** A call that failed. */
export class ClimbError extends Error {
  override readonly name = "ClimbError";

  /**
   * @param code a gRPC status code
   * @param reason name of a value of climb.common.v1.ErrorReason without its prefix; empty if the server gave none
   * @param metadata details for machines, as the reason's comment in the contract lists them
   */
  constructor(
    readonly code: Status,
    readonly reason: string,
    message: string,
    readonly metadata: Readonly<Record<string, string>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** What a failed call's error and trailer say; other errors as they are. */
export function climbErrorOf(error: unknown, trailer: Metadata | undefined): unknown {
  if (!(error instanceof ClientError)) return error;
  const rich = trailer?.get(DETAILS);
  const detail = rich && RichStatus.decode(rich).details.find(({ typeUrl }) => typeUrl === ERROR_INFO);
  const { reason, metadata } = ErrorInfo.fromPartial(detail ? ErrorInfo.decode(detail.value) : {});
  return new ClimbError(error.code, reason, error.details, metadata, { cause: error });
}

/**
 * Whether an error says that something is away or full for now, so that the same call may succeed later: nobody answers,
 * not in time, or died while it did; or the server says what is exhausted.
 */
export function isUnavailable(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error)) return false;
  const { code, message } = error;
  const gone = code === Status.INTERNAL && message.includes("RST_STREAM");
  // A message above the limit is RESOURCE_EXHAUSTED too, but from gRPC itself: it will not become shorter.
  const full = code === Status.RESOURCE_EXHAUSTED && "reason" in error && error.reason !== "";
  return code === Status.UNAVAILABLE || code === Status.DEADLINE_EXCEEDED || gone || full;
}
