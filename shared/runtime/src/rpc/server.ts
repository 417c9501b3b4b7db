import { setMaxListeners } from "node:events";
import { type ChannelOptions, Server, ServerCredentials } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { Logger } from "pino";
import { createAudit, type PublishAudit } from "../audit/audit.js";
import { createAdmission } from "../auth/admit.js";
import type { Authenticator } from "../auth/authenticate.js";
import { ServiceError } from "../errors.js";
import type { LimitConfig } from "../limits/config.js";
import { createLimits } from "../limits/limits.js";
import { expectPrivate } from "../tls/open-tls.js";
import { MAX_MESSAGE_BYTES } from "./definition.js";
import { createGate } from "./gate.js";
import type { RpcService, ServerHooks } from "./implement.js";
import { addReflection } from "./reflection.js";

/** Time for calls that are told to end to say so. */
const LAST_WORDS_MS = 250;

const OPTIONS: ChannelOptions = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 10_000,
};

export interface ServeOptions {
  /** host:port; port 0 takes a free one. */
  address: string;
  services: RpcService[];
  logger: Logger;
  /** Calls that still run at closing get this long; then they are cut. */
  drainMs?: number;
  /** By which calls are encrypted; without any, only on loopback. */
  credentials?: ServerCredentials | undefined;
  /** Allows plain text beyond loopback. */
  insecure?: boolean;
  /** Asks who calls, and lets through who may; everybody, unless given. */
  authenticator?: Authenticator;
  /** How much callers may ask for at once; anything, unless given. */
  limits?: LimitConfig;
  /** Whether anybody may ask for the contracts; where nobody is asked who it is, unless given. */
  reflection?: boolean | undefined;
  /** Where changes and refusals are told beside the log. */
  publishAudit?: PublishAudit;
  /** Names that health checks know beside those of the services: of a worker, which answers no calls. */
  healthNames?: readonly string[];
}

export interface RunningServer {
  port: number;
  /**
   * What health checks by name say until it closes; calls are answered either way. The check without a name says that the
   * process lives: who waits for something outside must not be killed for it.
   */
  setServing(serving: boolean): void;
  /**
   * Health turns NOT_SERVING, no call is taken any more, streams are told to end, other calls get drainMs before they
   * are told; then the port closes. Calls that were told end UNAVAILABLE, so that callers go elsewhere.
   */
  close(): Promise<void>;
}

/**
 * Serves services with health checks (for the server as a whole and for each service) and reflection. Health is open
 * to everybody.
 * @throws ServiceError unavailable PEER_UNREACHABLE if the port cannot be had; invalid FIELD_INVALID for plain text that
 * others could reach
 */
export async function serveRpc(options: ServeOptions): Promise<RunningServer> {
  const { address, services, logger, drainMs = 5000, healthNames = [], authenticator } = options;
  expectPrivate(address, options.credentials, options.insecure ?? false);
  const { credentials = ServerCredentials.createInsecure() } = options;
  const draining = new AbortController();
  const ending = new AbortController();
  // Every call under way listens to them: hundreds are no leak.
  setMaxListeners(0, draining.signal, ending.signal);
  const paths = new Set(services.flatMap(({ definition }) => Object.values(definition).map(({ path }) => path)));
  const audit = createAudit(logger, options.publishAudit);
  const admit = authenticator && createAdmission(authenticator, logger, audit);
  const gate = createGate(paths, { admit, limits: options.limits && createLimits(options.limits), audit });
  const server = new Server({ ...OPTIONS, interceptors: [gate.interceptor] });
  const onError = (path: string, error: unknown) => logger.error({ err: error, call: path }, "a call failed");
  const hooks: ServerHooks = {
    draining: draining.signal,
    ending: ending.signal,
    onError,
    audit,
    admitted: gate.admitted,
  };
  for (const service of services) server.addService(service.definition, service.implementation(hooks));
  const names = new Set(["", ...services.map(({ fullName }) => fullName), ...healthNames]);
  const health = new HealthImplementation(Object.fromEntries([...names].map((name) => [name, "NOT_SERVING" as const])));
  health.addToServer(server);
  const reflection = options.reflection ?? !authenticator?.asks;
  if (reflection) addReflection(server, ["grpc.health.v1.Health", ...services.map(({ fullName }) => fullName)]);

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => {
      if (!error) return resolve(bound);
      reject(
        new ServiceError("unavailable", "PEER_UNREACHABLE", `cannot listen on ${address}: ${error.message}`, {
          address,
        }),
      );
    });
  });
  let closing = false;
  const setServing = (serving: boolean) => {
    for (const name of names) {
      const well = !closing && (serving || name === "");
      health.setStatus(name, well ? "SERVING" : "NOT_SERVING");
    }
  };
  setServing(true);

  return {
    port,
    setServing,
    async close() {
      closing = true;
      setServing(false);
      const reason = new ServiceError("unavailable", "PEER_UNREACHABLE", "the server is closing", { address });
      draining.abort(reason);
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => ending.abort(reason), drainMs);
        const cut = setTimeout(() => server.forceShutdown(), drainMs + LAST_WORDS_MS);
        server.tryShutdown(() => {
          clearTimeout(late);
          clearTimeout(cut);
          resolve();
        });
      });
      audit.close();
    },
  };
}
