import { connect, type NatsConnection, StringCodec } from "nats";
import { ServiceError } from "./errors.js";
import type { Logger } from "./logging.js";

export type { NatsConnection } from "nats";

export const text = StringCodec();

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
      const nats = await connect({ servers: url.split(","), maxReconnectAttempts: -1, reconnectTimeWait: 500 });
      void watchStatus(nats, logger);
      return nats;
    } catch (error) {
      if (performance.now() > until) {
        const message = `no NATS server answers at ${url}: ${(error as Error).message}`;
        throw new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address: url }, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function watchStatus(nats: NatsConnection, logger: Logger): Promise<void> {
  for await (const { type, data } of nats.status()) {
    if (type === "disconnect" || type === "reconnect") logger.warn({ type, data }, "nats connection");
  }
}
