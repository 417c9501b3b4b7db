import { type Logger, ServiceError } from "@climb/runtime";
import { connect, ErrorCode, type NatsConnection, NatsError } from "nats";
import { type NatsCredentials, natsOptions } from "./options.js";

export type { NatsConnection } from "nats";

/** A server that does not answer for three pings is taken for dead, so that another one of a cluster is tried. */
const PING_MS = 5000;
const UNANSWERED_PINGS = 3;
const RETRY_MS = 500;
/** Trying again does not help a process whose credentials are wrong. */
const REFUSALS = new Set<string>([ErrorCode.AuthorizationViolation, ErrorCode.AuthenticationExpired]);

/**
 * Connects to NATS and keeps trying to come back for as long as the process lives.
 * @throws ServiceError unavailable PEER_UNREACHABLE if there is no server within `timeoutMs`; invalid FIELD_INVALID if it
 * refuses the credentials
 */
export async function connectNats(options: {
  url: string;
  logger: Logger;
  timeoutMs?: number;
  credentials?: NatsCredentials;
}): Promise<NatsConnection> {
  const { url, logger, timeoutMs = 30_000, credentials = {} } = options;
  const secure = natsOptions(credentials);
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      const nats = await connect({
        servers: url.split(","),
        ...secure,
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
      if (error instanceof NatsError && REFUSALS.has(error.code)) {
        const message = `the NATS server at ${url} refuses this process: ${error.message}`;
        throw new ServiceError(
          "invalid",
          "FIELD_INVALID",
          message,
          { field: "CLIMB_NATS_CREDENTIALS" },
          { cause: error },
        );
      }
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
