import type { z } from "zod";
import { type BaseConfig, loadConfig } from "./config.js";
import { helpText, readFlags } from "./flags.js";
import { createLifecycle } from "./lifecycle.js";
import { createLogger } from "./logging.js";
import { openDistributedPlatform, type Platform } from "./platform.js";
import type { RpcService } from "./rpc/implement.js";
import { serveRpc } from "./rpc/server.js";
import { runService } from "./run-service.js";
import { openTelemetry } from "./telemetry/sdk.js";

/** What a service's main.ts says. */
export interface ServiceMain<Config extends BaseConfig> {
  name: string;
  schema: z.ZodObject<z.ZodRawShape> & z.ZodType<Config>;
  env: Record<string, string | undefined>;
  /** The command line after the program's name; see {@link readFlags}. */
  args: string[];
  start(platform: Platform, config: Config): Promise<RpcService[]>;
}

/**
 * Runs one service as a process (or prints its flags), opened in the order of trust: configuration, telemetry, platform, the service, and
 * its port last. It ends as {@link runService} says, within CLIMB_SHUTDOWN_GRACE_MS; a configuration that is wrong ends
 * it with code 1 and every fault in one message on standard error.
 */
export async function serviceMain<Config extends BaseConfig>({
  name,
  schema,
  env,
  args,
  start,
}: ServiceMain<Config>): Promise<void> {
  let config: Config;
  try {
    const flags = readFlags(schema, args);
    if (flags.help) {
      process.stdout.write(helpText(name, schema));
      return;
    }
    config = loadConfig(schema, { ...env, ...flags.env }) as Config;
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exit(1);
  }
  const logger = createLogger({ service: name, level: config.CLIMB_LOG_LEVEL });
  const lifecycle = createLifecycle({ logger });

  await runService({
    logger,
    lifecycle,
    graceMs: config.CLIMB_SHUTDOWN_GRACE_MS,
    async start() {
      openTelemetry(lifecycle, { service: name, endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
      const platform = await openDistributedPlatform({ config, logger, lifecycle });
      const services = await start(platform, config);
      const server = await serveRpc({ address: config.CLIMB_LISTEN, services, logger });
      lifecycle.onClose("rpc server", () => server.close());
      logger.info({ port: server.port }, "serving");
    },
  });
}
