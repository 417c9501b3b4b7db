import { once } from "node:events";
import {
  type ServiceDefinition as GrpcServiceDefinition,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { SpanKind } from "@opentelemetry/api";
import type { Audit } from "../audit/audit.js";
import { auditedId } from "../audit/audited-id.js";
import type { Admitted } from "../auth/admit.js";
import { inScope } from "../auth/scope.js";
import { ServiceError } from "../errors.js";
import { onceFor } from "../once-for.js";
import { contextFromHeaders } from "../telemetry/context.js";
import { callSignal } from "./call-signal.js";
import {
  grpcMethod,
  type MethodDefinition,
  pathOf,
  type RequestOf,
  type ResponseOf,
  type ServiceDefinition,
} from "./definition.js";
import { answerFaults, type Incoming, requestOf, tellsFaults } from "./receive.js";
import { startCallSpan } from "./span.js";
import { CallEndedError, NotOfferedError, toStatus } from "./status.js";

/** What a handler may use. */
export interface CallContext {
  /**
   * Fires on the caller's deadline, hang-up or cancel, and when the server ends: for streams as soon as the server
   * closes, for other calls when the time to drain is over.
   */
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

/** What says which trace a call belongs to. */
const TRACE_HEADERS = ["traceparent", "tracestate", "baggage"];

/** Codes of calls that were understood and not let through. */
const REFUSALS = new Set([status.UNAUTHENTICATED, status.PERMISSION_DENIED, status.RESOURCE_EXHAUSTED]);

/** One handler for each call; a call without one is answered UNIMPLEMENTED with NOT_OFFERED. */
export type Handlers<D extends ServiceDefinition> = { [K in keyof D["methods"]]?: Handler<D["methods"][K]> };

export interface ServerHooks {
  /** Fires when the server begins to close. */
  draining: AbortSignal;
  /** Fires when the time to drain is over. */
  ending: AbortSignal;
  /** Hears every error that is none of the caller's business. */
  onError(path: string, error: unknown): void;
  /** Hears of every change and every refusal. */
  audit?: Audit;
  /** What is known of a call that was let in. */
  admitted?(metadata: Metadata): Admitted | undefined;
}

/** A service ready to be served. */
export interface RpcService {
  fullName: string;
  definition: GrpcServiceDefinition;
  implementation(hooks: ServerHooks): UntypedServiceImplementation;
}

type UnaryCall = ServerUnaryCall<unknown, unknown> | ServerReadableStream<unknown, unknown>;
type StreamCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;
type LooseHandler = (input: unknown, context: CallContext) => unknown;
/** Runs a handler with its context inside the call's span; resolves with what the caller hears, never rejects. */
type Runner = (
  call: UnaryCall | StreamCall,
  work: (handler: LooseHandler, context: CallContext) => Promise<unknown>,
) => Promise<{ response: unknown; failure?: undefined } | { failure: ReturnType<typeof toStatus> }>;

/** Turns async functions and generators into a service of grpc-js. */
export function implement<D extends ServiceDefinition>(service: D, handlers: Handlers<D>): RpcService {
  const methods = Object.entries(service.methods);
  return {
    fullName: service.fullName,
    definition: Object.fromEntries(methods.map(([key, method]) => [key, grpcMethod(service, method)])),
    implementation: (hooks) =>
      Object.fromEntries(
        methods.map(([key, method]) => {
          const run = runner(pathOf(service, method), method, handlers[key] as LooseHandler | undefined, hooks);
          return [key, method.responseStream ? streaming(method, run) : unary(method, run)];
        }),
      ),
  };
}

function runner(path: string, method: MethodDefinition, handler: LooseHandler | undefined, hooks: ServerHooks): Runner {
  const changes = method.options.idempotencyLevel !== "NO_SIDE_EFFECTS";
  return async (call, work) => {
    const headers = Object.fromEntries(
      TRACE_HEADERS.map((name) => [name, call.metadata.get(name).map(String)[0] ?? ""]).filter(([, value]) => value),
    );
    const span = startCallSpan(path, SpanKind.SERVER, contextFromHeaders(headers));
    const { signal, settled } = callSignal(call, method.responseStream ? hooks.draining : hooks.ending);
    const { project, caller } = hooks.admitted?.(call.metadata) ?? {};
    const who = { name: caller?.name ?? "", peer: call.getPeer() };
    const audited = () => ({ path, caller: who.name, project: project ?? "", peer: who.peer });
    return span.run(async () => {
      try {
        if (!handler) throw new NotOfferedError(`${path} is not offered by this server yet`);
        const handled = inScope({ project, caller: who }, () => work(handler, { signal, peer: who.peer }));
        const response = await beforeEnd(hooks.ending, handled);
        span.end(status.OK);
        if (changes) hooks.audit?.changed(audited(), auditedId(requestIn(call), response));
        return { response };
      } catch (thrown) {
        // However the handler noticed the end of its call, the caller hears why it ended.
        const error =
          signal.aborted && thrown instanceof Error && thrown.name === "AbortError" ? signal.reason : thrown;
        const known =
          error instanceof ServiceError || error instanceof NotOfferedError || error instanceof CallEndedError;
        if (!known) hooks.onError(path, error);
        if (error instanceof ServiceError && REFUSALS.has(error.code) && error.reason !== "DISK_FULL") {
          hooks.audit?.refused(audited(), status[error.code], error.reason);
        }
        const failure = toStatus(error);
        span.end(failure.code, error);
        return { failure };
      } finally {
        settled();
      }
    });
  };
}

/** What a call sent, if it is one message that could be read. */
function requestIn(call: UnaryCall | StreamCall): unknown {
  return "request" in call ? (call.request as Incoming | undefined)?.request : undefined;
}

function unary(
  method: MethodDefinition,
  run: Runner,
): handleUnaryCall<unknown, unknown> & handleClientStreamingCall<unknown, unknown> {
  const faulty = tellsFaults(method);
  const whole = completing(method);
  const answerOf = (call: UnaryCall, handler: LooseHandler, context: CallContext): unknown => {
    if (method.requestStream) return handler(requestsOf(call as ServerReadableStream<unknown, unknown>), context);
    const { request } = call as ServerUnaryCall<Incoming, unknown>;
    return faulty ? answerFaults(request, (given) => handler(given, context)) : handler(requestOf(request), context);
  };
  return async (call: UnaryCall, callback: Parameters<handleUnaryCall<unknown, unknown>>[1]) => {
    const outcome = await run(call, (handler, context) =>
      Promise.resolve(answerOf(call, handler, context)).then(whole),
    );
    if (outcome.failure) callback(outcome.failure);
    else callback(null, outcome.response);
  };
}

function streaming(
  method: MethodDefinition,
  run: Runner,
): handleServerStreamingCall<unknown, unknown> & handleBidiStreamingCall<unknown, unknown> {
  const complete = onceFor(completing(method) as (response: object) => object);
  return async (call: StreamCall) => {
    const outcome = await run(call, async (handler, context) => {
      const input = method.requestStream
        ? requestsOf(call as ServerDuplexStream<unknown, unknown>)
        : requestOf((call as ServerWritableStream<Incoming, unknown>).request);
      for await (const response of handler(input, context) as AsyncIterable<object>) {
        context.signal.throwIfAborted();
        // A slow reader slows the generator down; nothing piles up here. An abort is noticed by the next round.
        const ready = call.write(complete(response));
        if (!ready) await once(call, "drain", { signal: context.signal });
      }
      // A generator that ended because it was told to has not said all: a plain end would look as if it had.
      context.signal.throwIfAborted();
    });
    if (outcome.failure) call.emit("error", outcome.failure);
    else call.end();
  };
}

/**
 * Fills what a handler has left out. Messages of the contracts are filled as they are given bytes; doing so before would
 * cost as much again.
 */
function completing({ responseType }: MethodDefinition): (response: unknown) => unknown {
  if (responseType.typeName !== undefined) return (response) => response;
  return (response) => responseType.fromPartial(response as never);
}

/** The requests of a call. Reading them to the end must not destroy the stream: the answer leaves through it. */
async function* requestsOf(call: ServerReadableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>) {
  for await (const request of call.iterator({ destroyOnReturn: false })) yield requestOf(request as Incoming);
}

/**
 * The result of work, or the reason of a signal that fires first: a handler that does not look at its signal must not
 * be the one that decides whether its caller hears that the server went. A cut connection would read as CANCELLED.
 */
async function beforeEnd<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const end = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
