import { type Logger, ServiceError } from "@climb/runtime";
import type { JetStreamClient, JetStreamManager, MsgHdrs, NatsConnection } from "nats";
import { brokerError, checkSize, unavailable } from "./errors.js";

/** A NATS server or cluster as the ports use it: one connection, and one namespace of names in it. */
export interface Broker {
  readonly nats: NatsConnection;
  readonly stream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly logger: Logger;
  /** First word of every subject; in upper case the beginning of every stream's name. */
  readonly namespace: string;
  /** How many servers keep a copy of each stream. */
  readonly replicas: number;
  /** Bytes of the largest message, headers included. */
  readonly maxPayload: number;
  /** When the connection came back last (performance.now()); 0 if it never went. */
  readonly reconnectedAt: number;
  /** Whether there is a connection now. */
  available(): boolean;
  /** Is told when the connection goes and when it comes back. @returns what ends that */
  onAvailable(listener: (available: boolean) => void): () => void;
  /**
   * Calls the broker; while the connection is away, only after it came back within a moment.
   * @param what is tried, for the message of an error
   * @throws ServiceError unavailable PEER_UNREACHABLE
   */
  call<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Stores a message in a stream. @returns its sequence @throws as `call`, and errors of NATS for `call` to turn */
  publish(subject: string, data: Uint8Array, headers: MsgHdrs): Promise<number>;
}

/** The broker does not answer a call in this time: it is away, or frozen. */
export const CALL_TIMEOUT_MS = 5000;
/** So long a call waits for a connection that is being made again, so that a restart of the server is no error. */
const COMES_BACK_MS = 2000;

/** @throws ServiceError invalid FIELD_INVALID for a namespace that is none */
export async function openBroker(
  nats: NatsConnection,
  options: { namespace?: string; replicas?: number; logger: Logger },
): Promise<Broker> {
  const { namespace = "climb", replicas = 1, logger } = options;
  if (!/^[a-z0-9-]+$/.test(namespace)) {
    const message = `"${namespace}" is not a namespace; expected a word of a-z 0-9 -`;
    throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "namespace" });
  }
  const listeners = new Set<(available: boolean) => void>();
  let address = nats.getServer();
  let connected = !nats.isClosed();
  let reconnectedAt = 0;
  const become = (available: boolean) => {
    if (connected === available) return;
    connected = available;
    if (available) {
      reconnectedAt = performance.now();
      address = nats.getServer();
    }
    for (const listener of [...listeners]) listener(available);
  };
  void (async () => {
    for await (const { type } of nats.status()) {
      if (type === "disconnect") become(false);
      if (type === "reconnect") become(true);
    }
  })();
  void nats.closed().then(() => become(false));

  const onAvailable = (listener: (available: boolean) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const comesBack = () =>
    new Promise<boolean>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve(connected);
      };
      const timer = setTimeout(done, COMES_BACK_MS);
      const stop = onAvailable(done);
    });
  const stream = nats.jetstream({ timeout: CALL_TIMEOUT_MS });
  const maxPayload = nats.info?.max_payload ?? 1024 * 1024;

  return {
    nats,
    stream,
    manager: await nats.jetstreamManager({ checkAPI: false, timeout: CALL_TIMEOUT_MS }),
    logger,
    namespace,
    replicas,
    maxPayload,
    get reconnectedAt() {
      return reconnectedAt;
    },
    available: () => connected,
    onAvailable,
    async call(what, work) {
      if (!connected && (nats.isClosed() || !(await comesBack()))) throw unavailable(what, "is away", address);
      try {
        return await work();
      } catch (error) {
        throw brokerError(error, what, address);
      }
    },
    async publish(subject, data, headers) {
      checkSize(`a record for ${subject}`, data.length + sizeOf(headers), maxPayload);
      return (await stream.publish(subject, data, { headers })).seq;
    },
  };
}

/** Bytes of headers as they are sent. */
function sizeOf(headers: MsgHdrs): number {
  let size = "NATS/1.0\r\n\r\n".length;
  for (const key of headers.keys()) {
    for (const value of headers.values(key)) size += Buffer.byteLength(`${key}: ${value}\r\n`);
  }
  return size;
}
