import { type MsgHdrs, headers as natsHeaders } from "nats";
import type { SnapshotIndex } from "./port.js";

const INDEX = "Climb-Index";
/** As the tools of NATS know a removed key. */
const OPERATION = "KV-Operation";

/** The headers of a snapshot's message. Headers are plain text, and labels may be anything. */
export function indexHeaders({ state, owner, labels, createTimeMs }: SnapshotIndex): MsgHdrs {
  const headers = natsHeaders();
  const json = JSON.stringify({ state, owner, labels, createTimeMs } satisfies SnapshotIndex);
  headers.set(INDEX, Buffer.from(json, "utf8").toString("base64"));
  return headers;
}

/** The headers of the message that says that a snapshot was removed. */
export function removalHeaders(): MsgHdrs {
  const headers = natsHeaders();
  headers.set(OPERATION, "DEL");
  return headers;
}

/** Undefined for a removal. */
export function indexOf(headers: MsgHdrs | undefined): SnapshotIndex | undefined {
  const json = headers?.get(INDEX);
  return json ? (JSON.parse(Buffer.from(json, "base64").toString("utf8")) as SnapshotIndex) : undefined;
}
