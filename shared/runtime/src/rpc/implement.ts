import { context, SpanKind } from "@opentelemetry/api";
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition as GrpcServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type EventEmitter, once } from "node:events";
import { contextFromHeaders } from "../telemetry/context.js";
import { withSpan } from "../telemetry/span.js";
import { ServiceError } from "../errors.js";
import { type MethodDefinition, pathOf, type RequestOf, type ResponseOf, type ServiceDefinition } from "./definition.js";
import { NotOfferedError, toStatus } from "./status.js";

/** What a handler may use. */
export interface CallContext {
  /** Fires on the caller's deadline, hang-up or cancel, and when the server ends. */
  signal: AbortSignal;
  peer: string;
}

type Handler<M extends MethodDefinition> = M["requestStream"] extends true
  ? M["responseStream"] extends true
    ? (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => Promise<ResponseOf<M>>
  : M["responseStream"] extends true
    ? (request: RequestOf<M>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, context: CallContext) => Promise<ResponseOf<M>>;

/** One handler for each call; a call without one is answered UNIMPLEMENTED with NOT_OFFERED. */
export type Handlers<D extends ServiceDefinition> = { [K in keyof D["methods"]]?: Handler<D["methods"][K]> };

/** A service ready to be served. */
export interface RpcService {
  fullName: string;
  definition: GrpcServiceDefinition;
  /** @param hooks.onError hears every error that is none of the caller's business */
  implementation(hooks: { signal: AbortSignal; onError(path: string, error: unknown): void }): UntypedServiceImplementation;
}

type AnyCall =
  | ServerUnaryCall<unknown, unknown>
  | ServerWritableStream<unknown, unknown>
  | ServerReadableStream<unknown, unknown>
  | ServerDuplexStream<unknown, unknown>;

/** Turns async functions and generators into a service of grpc-js. */
export function implement<D extends ServiceDefinition>(service: D, handlers: Handlers<D>): RpcService {
  const methods = Object.entries(service.methods);
  const definition = Object.fromEntries(methods.map(([key, method]) => [key, grpcMethod(service, method)]));
  return {
    fullName: service.fullName,
    definition,
    implementation: ({ signal, onError }) =>
      Object.fromEntries(
        methods.map(([key, method]) => {
          const handler = handlers[key] as ((input: unknown, context: CallContext) => unknown) | undefined;
          const path = pathOf(service, method);
          const run = <T>(call: AnyCall, work: (context: CallContext) => Promise<T>): Promise<T> =>
            serverSpan(path, call, async () => {
              try {
                if (!handler) throw new NotOfferedError(`${path} is not offered by this server yet`);
                return await work({ signal: callSignal(call, signal), peer: call.getPeer() });
              } catch (error) {
                if (!(error instanceof ServiceError || error instanceof NotOfferedError || call.cancelled)) onError(path, error);
                throw error;
              }
            });
          return [key, method.responseStream ? streaming(method, handler, run) : unary(method, handler, run)];
        }),
      ),
  };
}

type Runner = <T>(call: AnyCall, work: (context: CallContext) => Promise<T>) => Promise<T>;
type LooseHandler = ((input: unknown, context: CallContext) => unknown) | undefined;

function unary(method: MethodDefinition, handler: LooseHandler, run: Runner): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const input = method.requestStream ? call : call.request;
    run(call, async (context) => handler?.(input, context)).then(
      (response) => callback(null, method.responseType.fromPartial(response as never)),
      (error) => callback(toStatus(error)),
    );
  };
}

function streaming(
  method: MethodDefinition,
  handler: LooseHandler,
  run: Runner,
): handleServerStreamingCall<unknown, unknown> & handleBidiStreamingCall<unknown, unknown> {
  return (call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>) => {
    const input = method.requestStream ? call : (call as ServerWritableStream<unknown, unknown>).request;
    run(call, async (context) => {
      for await (const response of handler?.(input, context) as AsyncIterable<unknown>) {
        if (call.cancelled) return;
        // A slow reader slows the generator down; nothing piles up here.
        if (!call.write(method.responseType.fromPartial(response as never))) await drained(call, context.signal);
      }
    }).then(
      () => call.end(),
      (error) => call.emit("error", toStatus(error)),
    );
  };
}

async function drained(call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>, signal: AbortSignal) {
  await once(call, "drain", { signal }).catch(() => {}); // an aborted call is noticed by the loop
}

/** One signal for everything that ends a call early. */
function callSignal(call: AnyCall, serverSignal: AbortSignal): AbortSignal {
  const ended = new AbortController();
  (call as EventEmitter).on("cancelled", () => ended.abort());
  const deadline = call.getDeadline();
  const left = Number(deadline) - Date.now();
  const signals = [ended.signal, serverSignal];
  if (Number.isFinite(left)) signals.push(AbortSignal.timeout(Math.max(0, Math.min(left, 2 ** 31 - 1))));
  return AbortSignal.any(signals);
}

function serverSpan<T>(path: string, call: AnyCall, work: () => Promise<T>): Promise<T> {
  const headers = Object.fromEntries(Object.entries(call.metadata.getMap()).map(([key, value]) => [key, String(value)]));
  const [, service = "", method = ""] = path.split("/");
  const attributes = { "rpc.system": "grpc", "rpc.service": service, "rpc.method": method };
  return context.with(contextFromHeaders(headers), () => withSpan(path.slice(1), { attributes, kind: SpanKind.SERVER }, work));
}

/** How grpc-js wants a call described. */
export function grpcMethod(service: ServiceDefinition, method: MethodDefinition) {
  return {
    path: pathOf(service, method),
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: (value: unknown) => Buffer.from(method.requestType.encode(value).finish()),
    requestDeserialize: (bytes: Buffer) => method.requestType.decode(bytes) as unknown,
    responseSerialize: (value: unknown) => Buffer.from(method.responseType.encode(value).finish()),
    responseDeserialize: (bytes: Buffer) => method.responseType.decode(bytes) as unknown,
    originalName: method.name,
  };
}

