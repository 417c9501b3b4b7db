import {
  type ChannelCredentials,
  type ClientDuplexStream,
  type ClientReadableStream,
  type CallOptions as GrpcCallOptions,
  credentials as grpcCredentials,
  Metadata,
  makeGenericClientConstructor,
} from "@grpc/grpc-js";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { traceHeaders } from "../telemetry/context.js";
import { startSpan } from "../telemetry/span.js";
import {
  grpcMethod,
  type MethodDefinition,
  pathOf,
  type RequestOf,
  type ResponseOf,
  type ServiceDefinition,
} from "./definition.js";
import { MAX_MESSAGE_BYTES } from "./server.js";
import { fromStatus } from "./status.js";

export interface CallOptions {
  signal?: AbortSignal;
  /** Deadline from now; default 30 s for unary calls, none for streams. */
  timeoutMs?: number;
}

type Call<M extends MethodDefinition> = M["requestStream"] extends true
  ? (requests: AsyncIterable<RequestOf<M>>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
  : M["responseStream"] extends true
    ? (request: RequestOf<M>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, options?: CallOptions) => Promise<ResponseOf<M>>;

/** A client: one function for each call. Failures of our own services come back as ServiceError. */
export type Client<D extends ServiceDefinition> = { [K in keyof D["methods"]]: Call<D["methods"][K]> } & {
  close(): void;
};

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Spreads calls over all addresses of a name, and tries again for some seconds when nobody answers. Only calls that
 * the contract marks as idempotent are repeated.
 */
function serviceConfig(service: ServiceDefinition): string {
  const repeatable = Object.values(service.methods).filter(
    ({ options, responseStream, requestStream }) =>
      !responseStream &&
      !requestStream &&
      (options.idempotencyLevel === "NO_SIDE_EFFECTS" || options.idempotencyLevel === "IDEMPOTENT"),
  );
  return JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: repeatable.map(({ name }) => ({ service: service.fullName, method: name })),
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: "0.1s",
          maxBackoff: "2s",
          backoffMultiplier: 3,
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      },
    ],
  });
}

/** @param address host:port, or dns:///name:port for all addresses of a name */
export function createClient<D extends ServiceDefinition>(
  service: D,
  address: string,
  options: { credentials?: ChannelCredentials } = {},
): Client<D> {
  const methods = Object.entries(service.methods);
  const Generic = makeGenericClientConstructor(
    Object.fromEntries(methods.map(([key, method]) => [key, grpcMethod(service, method)])),
    service.name,
  );
  const channel = new Generic(address, options.credentials ?? grpcCredentials.createInsecure(), {
    "grpc.service_config": serviceConfig(service),
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 5000,
  });
  const calls = methods.map(([key, method]) => {
    const path = pathOf(service, method);
    const grpc = grpcMethod(service, method);
    const call = method.responseStream
      ? (input: unknown, callOptions?: CallOptions) => {
          const deadline = grpcOptions(callOptions, undefined);
          const open = (metadata: Metadata) =>
            method.requestStream
              ? channel.makeBidiStreamRequest(path, grpc.requestSerialize, grpc.responseDeserialize, metadata, deadline)
              : channel.makeServerStreamRequest(
                  path,
                  grpc.requestSerialize,
                  grpc.responseDeserialize,
                  method.requestType.fromPartial(input as never),
                  metadata,
                  deadline,
                );
          return streamResponses(path, open, method, input, callOptions?.signal);
        }
      : (request: unknown, callOptions?: CallOptions) =>
          clientSpan(
            path,
            (metadata) =>
              new Promise<unknown>((resolve, reject) => {
                const { signal } = callOptions ?? {};
                if (signal?.aborted) return reject(signal.reason);
                const running = channel.makeUnaryRequest(
                  path,
                  grpc.requestSerialize,
                  grpc.responseDeserialize,
                  method.requestType.fromPartial(request as never),
                  metadata,
                  grpcOptions(callOptions, DEFAULT_TIMEOUT_MS),
                  (error, response) => {
                    signal?.removeEventListener("abort", cancel);
                    if (!error) return resolve(response);
                    reject(signal?.aborted ? signal.reason : fromStatus(error));
                  },
                );
                const cancel = () => running.cancel();
                signal?.addEventListener("abort", cancel, { once: true });
              }),
          );
    return [key, call];
  });
  return Object.assign(Object.fromEntries(calls), { close: () => channel.close() }) as Client<D>;
}

function grpcOptions(options: CallOptions | undefined, fallbackMs: number | undefined): GrpcCallOptions {
  const timeoutMs = options?.timeoutMs ?? fallbackMs;
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

async function* streamResponses(
  path: string,
  open: (metadata: Metadata) => ClientReadableStream<unknown> | ClientDuplexStream<unknown, unknown>,
  method: MethodDefinition,
  input: unknown,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  signal?.throwIfAborted();
  const span = startSpan(path.slice(1), { attributes: rpcAttributes(path), kind: SpanKind.CLIENT });
  const stream = open(context.with(trace.setSpan(context.active(), span), metadataOfContext));
  const cancel = () => stream.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  if (method.requestStream)
    void sendAll(stream as ClientDuplexStream<unknown, unknown>, method, input as AsyncIterable<unknown>);
  try {
    yield* stream;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
    throw fromStatus(error);
  } finally {
    signal?.removeEventListener("abort", cancel);
    // The reader may have stopped before the end: the server should know.
    stream.cancel();
    span.end();
  }
}

async function sendAll(
  stream: ClientDuplexStream<unknown, unknown>,
  method: MethodDefinition,
  requests: AsyncIterable<unknown>,
) {
  try {
    for await (const request of requests) {
      if (!stream.write(method.requestType.fromPartial(request as never))) {
        await new Promise<void>((resolve) => {
          stream.once("drain", () => resolve());
          stream.once("close", () => resolve());
        });
      }
      if (stream.destroyed) return;
    }
    stream.end();
  } catch {
    stream.cancel();
  }
}

async function clientSpan<T>(path: string, work: (metadata: Metadata) => Promise<T>): Promise<T> {
  const span = startSpan(path.slice(1), { attributes: rpcAttributes(path), kind: SpanKind.CLIENT });
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(metadataOfContext()));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

function rpcAttributes(path: string) {
  const [, service = "", method = ""] = path.split("/");
  return { "rpc.system": "grpc", "rpc.service": service, "rpc.method": method };
}

function metadataOfContext(): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(traceHeaders())) metadata.set(key, value);
  return metadata;
}
