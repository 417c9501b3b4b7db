import { fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { describedMessage } from "./registry.js";
import { type Plain, plainOf, protobufOf } from "./shape.js";

type Builtin = Date | Uint8Array | string | number | boolean | bigint | undefined;

/** A message of which any part may be left out. */
export type DeepPartial<T> = T extends bigint
  ? string | number | bigint
  : T extends Builtin
    ? T
    : T extends readonly (infer U)[]
      ? readonly DeepPartial<U>[]
      : T extends { $case: string; value: unknown }
        ? { $case: T["$case"]; value?: DeepPartial<T["value"]> }
        : { [K in keyof T]?: DeepPartial<T[K]> };

/** What can be done with the messages of one type. */
export interface MessageFns<T> {
  /** The message's full name in the contracts. */
  readonly typeName: string;
  /** The message's bytes, fields in the order of their numbers. Throws on numbers out of their field's range. */
  encode(message: T): { finish(): Uint8Array<ArrayBuffer> };
  /** Fields that the contract does not know are passed over. Throws on bytes that end early and on text that is not UTF-8. */
  decode(bytes: Uint8Array): T;
  /** Protobuf's JSON: fields with their default are left out, 64-bit numbers are strings, enum values are names. */
  toJSON(message: T): unknown;
  /** Reads protobuf's JSON; fields that the contract does not know are passed over. Throws on values of other types. */
  fromJSON(json: unknown): T;
  /** Fills what is not given with the contract's defaults. */
  fromPartial(partial: DeepPartial<T>): T;
  create(partial?: DeepPartial<T>): T;
}

/** The functions for a message of the contracts, by its full name; its fields come from `image.binpb`. */
export function messageFns<T>(name: string): MessageFns<T> {
  const described = describedMessage(name);
  const plain = (message: Parameters<typeof plainOf>[1]) => plainOf(described, message) as T;
  const protobuf = (message: unknown) => protobufOf(described, message as Plain);
  return {
    typeName: name,
    encode: (message) => ({ finish: () => toBinary(described, protobuf(message)) }),
    decode: (bytes) => plain(fromBinary(described, bytes)),
    toJSON: (message) => toJson(described, protobuf(message)),
    fromJSON: (json) => plain(fromJson(described, json as never, { ignoreUnknownFields: true })),
    fromPartial: (partial) => plain(protobuf(partial)),
    create: (partial) => plain(protobuf(partial ?? {})),
  };
}
