import { type Logger, ServiceError } from "@climb/runtime";
import { connect, type NatsConnection } from "nats";

export type { NatsConnection } from "nats";

/** A server that does not answer for three pings is taken for dead, so that another one of a cluster is tried. */
const PING_MS = 5000;
const UNANSWERED_PINGS = 3;
const RETRY_MS = 500;

/**
 * Connects to NATS and keeps trying to come back for as long as the process lives.
 * @throws ServiceError unavailable PEER_UNREACHABLE if there is no server within `timeoutMs`
 */
export async function connectNats(options: {
  url: string;
  logger: Logger;
  timeoutMs?: number;
}): Promise<NatsConnection> {
  const { url, logger, timeoutMs = 30_000 } = options;
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      const nats = await connect({
        servers: url.split(","),
        maxReconnectAttempts: -1,
        reconnectTimeWait: RETRY_MS,
        pingInterval: PING_MS,
        maxPingOut: UNANSWERED_PINGS,
        timeout: 10_000,
        // Every call would pay for a stack trace of its own.
        noAsyncTraces: true,
      });
      void watchStatus(nats, logger);
      return nats;
    } catch (error) {
      if (performance.now() > until) {
        const message = `no NATS server answers at ${url}: ${(error as Error).message}`;
        throw new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address: url }, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function watchStatus(nats: NatsConnection, logger: Logger): Promise<void> {
  for await (const { type, data } of nats.status()) {
    if (type === "disconnect" || type === "reconnect") logger.warn({ type, data }, "nats connection");
  }
}
