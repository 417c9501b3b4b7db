import type { Msg, MsgHdrs } from "nats";
import type { Broker } from "./broker.js";

/** Headers as a record, keys in lower case. */
export function plainHeaders(headers: MsgHdrs | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const key of headers?.keys() ?? []) result[key.toLowerCase()] = headers?.get(key) ?? "";
  return result;
}

/** What a consumer tells JetStream of a message. */
export const SIGNS = {
  done: "+ACK",
  working: "+WPI",
  again: (delayMs: number) => (delayMs > 0 ? `-NAK {"delay": ${Math.round(delayMs * 1_000_000)}}` : "-NAK"),
};

/** Tells JetStream of a message without waiting; at the next connection, if there is none now. */
export function tell({ nats }: Broker, message: Msg, sign: string): void {
  if (!nats.isClosed() && !nats.isDraining()) message.respond(sign);
}
