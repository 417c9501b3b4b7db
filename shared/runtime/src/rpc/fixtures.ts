import type { MessageType, ServiceDefinition } from "./definition.js";

/** A message as JSON, so that the RPC layer is tested without any contract. */
interface Message {
  text: string;
  count: number;
  blob: string;
}

const Message: MessageType<Message> = {
  encode: (value) => ({ finish: () => Buffer.from(JSON.stringify(value)) }),
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString("utf8")) as Message,
  fromPartial: (value: Partial<Message>) => ({ text: "", count: 0, blob: "", ...value }),
};

function method<const N extends string, const Q extends boolean, const S extends boolean, const L extends string>(
  name: N,
  requestStream: Q,
  responseStream: S,
  idempotencyLevel: L,
) {
  return {
    name,
    requestType: Message,
    requestStream,
    responseType: Message,
    responseStream,
    options: idempotencyLevel === "" ? {} : { idempotencyLevel },
  } as const;
}

/** One method of each shape, and two that differ in whether they may be repeated. */
export const EchoDefinition = {
  name: "EchoService",
  fullName: "test.v1.EchoService",
  methods: {
    echo: method("Echo", false, false, "NO_SIDE_EFFECTS"),
    once: method("Once", false, false, ""),
    count: method("Count", false, true, "NO_SIDE_EFFECTS"),
    sum: method("Sum", true, false, ""),
    chat: method("Chat", true, true, ""),
  },
} as const satisfies ServiceDefinition;
