import { type ClientMiddleware, Metadata, Status } from "nice-grpc";
import { ClimbError, climbErrorOf } from "./errors.js";
import { eitherSignal } from "./patience.js";

/** What a call may be given beside a signal. */
export interface Timeout {
  /** Deadline from now; that of the client unless given, and none for streams. */
  timeoutMs?: number;
}

/**
 * How each call is made: with a token, until a deadline, its failure as a ClimbError with the server's reason.
 * @param token read at each call, so that it may change
 */
export function callingWith(token: (() => string) | undefined, defaultTimeoutMs: number): ClientMiddleware<Timeout> {
  return async function* (call, { timeoutMs: given, ...options }) {
    options.signal?.throwIfAborted();
    const timeoutMs = given ?? (call.requestStream || call.responseStream ? undefined : defaultTimeoutMs);
    const late = new AbortController();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => late.abort(), timeoutMs);
    const metadata = Metadata(options.metadata);
    if (token) metadata.set("authorization", `Bearer ${token()}`);
    let trailer: Metadata | undefined;
    const onTrailer = (received: Metadata) => {
      trailer = received;
      options.onTrailer?.(received);
    };
    try {
      const signal = eitherSignal(options.signal, late.signal);
      return yield* call.next(call.request, { ...options, signal, metadata, onTrailer });
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (late.signal.aborted)
        throw new ClimbError(Status.DEADLINE_EXCEEDED, "", `${call.method.path}: no answer in ${timeoutMs} ms`);
      throw climbErrorOf(error, trailer);
    } finally {
      clearTimeout(timer);
    }
  };
}
