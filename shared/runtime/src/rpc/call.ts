import { once } from "node:events";
import {
  type ClientReadableStream,
  type ClientWritableStream,
  type CallOptions as GrpcCallOptions,
  type Client as GrpcClient,
  Metadata,
  type ServiceError as RawError,
  status,
} from "@grpc/grpc-js";
import { SpanKind } from "@opentelemetry/api";
import { currentProject } from "../auth/scope.js";
import { traceHeaders } from "../telemetry/context.js";
import { grpcMethod, type MethodDefinition, type ServiceDefinition } from "./definition.js";
import { PROJECT_HEADER } from "./project-header.js";
import { type CallSpan, startCallSpan } from "./span.js";
import { fromStatus } from "./status.js";

export interface CallOptions {
  signal?: AbortSignal;
  /** Deadline from now; by default that of the client for calls with one response, none for streams of responses. */
  timeoutMs?: number;
  /** What the server is shown with this call instead of the client's own: whom the call is made for. */
  token?: string | undefined;
}

/** How one method is called: with what it takes, within a span, and what it throws translated. */
export interface Caller {
  /** Calls that answer once. */
  once(input: unknown, options: CallOptions): Promise<unknown>;
  /** Calls that answer with a stream; the call begins when the stream is read. */
  stream(input: unknown, options: CallOptions): AsyncGenerator<unknown>;
}

/** One method of a service over a channel. @param token what the server is shown with each call */
export function createCaller(
  channel: GrpcClient,
  service: ServiceDefinition,
  method: MethodDefinition,
  token?: () => string,
): Caller {
  const headers = (own?: string) => headersWith(own === undefined ? token : () => own);
  const { path, requestSerialize, responseDeserialize } = grpcMethod(service, method);
  const encode = (request: unknown) => method.requestType.fromPartial(request as never) as unknown;

  return {
    async once(input, { signal, timeoutMs, token: own }) {
      signal?.throwIfAborted();
      const span = startCallSpan(path, SpanKind.CLIENT);
      const [metadata, options] = [span.run(() => headers(own)), deadlineIn(timeoutMs)];
      const sending: Sending = {};
      let cancel = () => {};
      try {
        const response = await new Promise<unknown>((resolve, reject) => {
          const settle = (error: RawError | null, value?: unknown) => (error ? reject(error) : resolve(value));
          if (method.requestStream) {
            const call = channel.makeClientStreamRequest(
              path,
              requestSerialize,
              responseDeserialize,
              metadata,
              options,
              settle,
            );
            cancel = () => call.cancel();
            void sendAll(call, input as AsyncIterable<unknown>, encode, sending);
          } else {
            const request = encode(input);
            const call = channel.makeUnaryRequest(
              path,
              requestSerialize,
              responseDeserialize,
              request,
              metadata,
              options,
              settle,
            );
            cancel = () => call.cancel();
          }
          signal?.addEventListener("abort", cancel, { once: true });
        });
        span.end(status.OK);
        return response;
      } catch (error) {
        throw failed(span, error, signal, sending);
      } finally {
        signal?.removeEventListener("abort", cancel);
      }
    },

    async *stream(input, { signal, timeoutMs, token: own }) {
      signal?.throwIfAborted();
      const span = startCallSpan(path, SpanKind.CLIENT);
      const [metadata, options] = [span.run(() => headers(own)), deadlineIn(timeoutMs)];
      const sending: Sending = {};
      let call: ClientReadableStream<unknown>;
      if (method.requestStream) {
        const duplex = channel.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, options);
        void sendAll(duplex, input as AsyncIterable<unknown>, encode, sending);
        call = duplex;
      } else {
        const request = encode(input);
        call = channel.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata, options);
      }
      // Once nobody reads any more, the error of our own cancel has nobody to hear it.
      call.on("error", () => {});
      const cancel = () => call.cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        yield* call;
        span.end(status.OK);
      } catch (error) {
        throw failed(span, error, signal, sending);
      } finally {
        signal?.removeEventListener("abort", cancel);
        // The reader may have stopped before the end: the server should know.
        call.cancel();
        span.end(status.CANCELLED);
      }
    },
  };
}

/** What went wrong with the caller's own requests, if anything. */
interface Sending {
  error?: unknown;
}

/** Sends requests as fast as the server takes them. Requests that cannot be produced cancel the call. */
async function sendAll(
  call: ClientWritableStream<unknown>,
  requests: AsyncIterable<unknown>,
  encode: (request: unknown) => unknown,
  sending: Sending,
): Promise<void> {
  const over = new AbortController();
  // The server may answer or fail before it has taken all requests; nobody drains the call then.
  call.once("status", () => over.abort());
  call.on("error", () => over.abort());
  try {
    for await (const request of requests) {
      if (over.signal.aborted) return;
      if (!call.write(encode(request))) await once(call, "drain", { signal: over.signal });
    }
    call.end();
  } catch (error) {
    if (over.signal.aborted) return;
    sending.error = error;
    call.cancel();
  }
}

/** Ends the span of a failed call and tells what its caller should hear. */
function failed(span: CallSpan, error: unknown, signal: AbortSignal | undefined, sending: Sending): unknown {
  const code = error instanceof Error && "code" in error ? (error.code as status) : status.UNKNOWN;
  span.end(code, error);
  if (sending.error) return sending.error;
  return signal?.aborted ? signal.reason : fromStatus(error);
}

function deadlineIn(timeoutMs: number | undefined): GrpcCallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

/** The trace, who calls, and for which project. */
function headersWith(token: (() => string) | undefined): Metadata {
  const metadata = new Metadata();
  const project = currentProject();
  if (token) metadata.set("authorization", `Bearer ${token()}`);
  if (project !== undefined) metadata.set(PROJECT_HEADER, project);
  for (const [key, value] of Object.entries(traceHeaders())) metadata.set(key, value);
  return metadata;
}
