import type { z } from "zod";
import { type BaseConfig, loadConfig } from "./config.js";
import { createLifecycle } from "./lifecycle.js";
import { createLogger } from "./logging.js";
import { openDistributedPlatform, type Platform } from "./platform.js";
import type { RpcService } from "./rpc/implement.js";
import { serveRpc } from "./rpc/server.js";
import { openTelemetry } from "./telemetry/sdk.js";

/** What a service's main.ts says. */
export interface ServiceMain<Config extends BaseConfig> {
  name: string;
  schema: z.ZodType<Config>;
  env: Record<string, string | undefined>;
  start(platform: Platform, config: Config): Promise<RpcService[]>;
}

/**
 * Runs one service as a process: configuration, telemetry, platform, the service, its port, in the order of trust.
 * SIGTERM or SIGINT close everything in reverse within CLIMB_SHUTDOWN_GRACE_MS and end with code 0, or 1 when the time
 * is up; a second signal ends at once. A start that fails closes what was open and ends with code 1.
 */
export async function serviceMain<Config extends BaseConfig>({
  name,
  schema,
  env,
  start,
}: ServiceMain<Config>): Promise<void> {
  let config: Config;
  try {
    config = loadConfig(schema, env) as Config;
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exit(1);
  }
  const logger = createLogger({ service: name, level: config.CLIMB_LOG_LEVEL });
  const lifecycle = createLifecycle({ logger });

  let ending = false;
  const end = (reason: string, code: number) => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ reason }, "closing");
    setTimeout(() => process.exit(1), config.CLIMB_SHUTDOWN_GRACE_MS).unref();
    void lifecycle.close().then(() => process.exit(code));
  };
  process.on("SIGTERM", () => end("SIGTERM", 0));
  process.on("SIGINT", () => end("SIGINT", 0));
  process.on("unhandledRejection", (error) => {
    logger.fatal({ err: error }, "a rejection that nobody handled");
    end("unhandled rejection", 1);
  });

  try {
    openTelemetry(lifecycle, { service: name, endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
    const platform = await openDistributedPlatform({ config, logger, lifecycle });
    const services = await start(platform, config);
    const server = await serveRpc({ address: config.CLIMB_LISTEN, services, logger });
    lifecycle.onClose("rpc server", () => server.close());
    logger.info({ port: server.port }, "serving");
  } catch (error) {
    logger.fatal({ err: error }, "could not start");
    end("failed start", 1);
  }
}
