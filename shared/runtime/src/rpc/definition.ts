import { onceFor } from "../once-for.js";
import { incoming } from "./receive.js";

/** Longest message that servers and clients send or take. Bulk data travels as artifacts. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** A message type as ts-proto generates it. */
export interface MessageType<T> {
  /** Full name in the contracts, whose rules a request is held against. */
  readonly typeName?: string;
  encode(value: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  /** Fills what is not given with the contract's defaults. */
  fromPartial(value: never): T;
}

/** One call of a service, as ts-proto's generic definitions describe it. */
export interface MethodDefinition {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a message type is invariant in T; only inference narrows it
  readonly requestType: MessageType<any>;
  readonly requestStream: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly responseType: MessageType<any>;
  readonly responseStream: boolean;
  readonly options: { readonly idempotencyLevel?: string };
}

/** A service, as ts-proto's generic definitions describe it. */
export interface ServiceDefinition {
  readonly name: string;
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export type RequestOf<M extends MethodDefinition> = ReturnType<M["requestType"]["decode"]>;
export type ResponseOf<M extends MethodDefinition> = ReturnType<M["responseType"]["decode"]>;

/** Path of a call in HTTP/2. */
export function pathOf(service: ServiceDefinition, method: MethodDefinition): string {
  return `/${service.fullName}/${method.name}`;
}

/** How grpc-js wants a call described. */
export function grpcMethod(service: ServiceDefinition, method: MethodDefinition) {
  const serialize = (value: object) => Buffer.from(method.responseType.encode(value).finish());
  return {
    path: pathOf(service, method),
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: (value: unknown) => Buffer.from(method.requestType.encode(value).finish()),
    requestDeserialize: (bytes: Buffer): unknown => incoming(method, bytes),
    responseSerialize: method.responseStream ? onceFor(serialize) : serialize,
    responseDeserialize: (bytes: Buffer) => method.responseType.decode(bytes) as unknown,
    originalName: method.name,
  };
}
