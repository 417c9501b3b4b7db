import type { DeepPartial } from "@climb/proto/message";
import { type ChannelCredentials, Client as GrpcClient, credentials as grpcCredentials } from "@grpc/grpc-js";
import { ServiceError } from "../errors.js";
import { hostOf, isLoopback } from "../tls/open-tls.js";
import { type CallOptions, createCaller } from "./call.js";
import {
  MAX_MESSAGE_BYTES,
  type MethodDefinition,
  type RequestOf,
  type ResponseOf,
  type ServiceDefinition,
} from "./definition.js";
import { serviceConfig } from "./service-config.js";

/** What is left out of a request has the contract's default. */
type Given<M extends MethodDefinition> = DeepPartial<RequestOf<M>>;
type Input<M extends MethodDefinition> = M["requestStream"] extends true ? AsyncIterable<Given<M>> : Given<M>;
type Output<M extends MethodDefinition> = M["responseStream"] extends true
  ? AsyncIterable<ResponseOf<M>>
  : Promise<ResponseOf<M>>;

/**
 * A client: one function for each call. Failures of our own services come back as ServiceError, and so does a peer that
 * cannot be reached or does not answer in time; an abort as the signal's reason, all else (an internal error) as the error
 * of grpc-js with its `code`.
 */
export type Client<D extends ServiceDefinition> = {
  [K in keyof D["methods"]]: (input: Input<D["methods"][K]>, options?: CallOptions) => Output<D["methods"][K]>;
} & { close(): void };

const DEFAULT_TIMEOUT_MS = 30_000;

export interface ClientOptions {
  /** By which calls are encrypted; in plain text, unless given. */
  credentials?: ChannelCredentials | undefined;
  /** Deadline of calls that answer once, 30 s if not given. */
  defaultTimeoutMs?: number;
  /** What the server is shown with each call. */
  token?: (() => string) | undefined;
  /** Allows a token in plain text beyond loopback. */
  insecure?: boolean | undefined;
  /**
   * Goes through the proxy of the environment (grpc_proxy, https_proxy, http_proxy), except to this machine. Peers of one
   * suite reach each other directly, so that is not asked for unless given.
   */
  proxied?: boolean | undefined;
}

/**
 * @param address host:port, or dns:///name:port for all addresses of a name
 * @throws ServiceError invalid FIELD_INVALID for a token that others could read on its way
 */
export function createClient<D extends ServiceDefinition>(
  service: D,
  address: string,
  options: ClientOptions = {},
): Client<D> {
  const { credentials = grpcCredentials.createInsecure(), defaultTimeoutMs = DEFAULT_TIMEOUT_MS, token } = options;
  if (token && !options.credentials && !options.insecure && !isLoopback(hostOf(address))) {
    const message = `a token would go to ${address} in plain text; expected TLS (CLIMB_TLS_CA), or CLIMB_INSECURE=true`;
    throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_TLS_CA" });
  }
  const channel = new GrpcClient(address, credentials, {
    "grpc.service_config": serviceConfig(service),
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 5000,
    "grpc.enable_http_proxy": options.proxied && !isLoopback(hostOf(address)) ? 1 : 0,
  });
  const calls = Object.entries(service.methods).map(([key, method]) => {
    const caller = createCaller(channel, service, method, token);
    const call = method.responseStream
      ? (input: unknown, callOptions: CallOptions = {}) => caller.stream(input, callOptions)
      : (input: unknown, callOptions: CallOptions = {}) =>
          caller.once(input, { ...callOptions, timeoutMs: callOptions.timeoutMs ?? defaultTimeoutMs });
    return [key, call];
  });
  return Object.assign(Object.fromEntries(calls), { close: () => channel.close() }) as Client<D>;
}
