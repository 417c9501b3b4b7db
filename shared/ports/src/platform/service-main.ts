import {
  createAuthenticator,
  createLifecycle,
  createLogger,
  expectTemporaryFolder,
  helpText,
  loadConfig,
  openTelemetry,
  type RpcService,
  readFlags,
  reflectionOf,
  runService,
  serveRpc,
} from "@climb/runtime";
import type { z } from "zod";
import type { PlatformConfig } from "./config.js";
import { openDistributedPlatform } from "./distributed.js";
import type { Platform } from "./platform.js";

/** What a service's main.ts says. */
export interface ServiceMain<Config extends PlatformConfig> {
  name: string;
  /** The service by which health checks ask for it, in whatever role. */
  fullName: string;
  schema: z.ZodObject<z.ZodRawShape> & z.ZodType<Config>;
  env: Record<string, string | undefined>;
  /** The command line after the program's name; see {@link readFlags}. */
  args: string[];
  start(platform: Platform, config: Config): Promise<RpcService[]>;
}

/**
 * Runs one service as a process (or prints its flags), opened in the order of trust: configuration, telemetry, platform,
 * the service, and its port last. Its health by name is NOT_SERVING while the broker is away. It ends as
 * {@link runService} says, within CLIMB_SHUTDOWN_GRACE_MS; a configuration that is wrong ends it with code 1 and every
 * fault in one message on standard error.
 */
export async function serviceMain<Config extends PlatformConfig>({
  name,
  fullName,
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
      expectTemporaryFolder();
      const metrics = await openTelemetry(lifecycle, {
        service: name,
        endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
        metricsPort: config.CLIMB_METRICS_PORT,
        traceRatio: config.OTEL_TRACES_SAMPLER_ARG,
        spanLimitMs: config.CLIMB_SPAN_LIMIT_MS,
      });
      const authenticator = createAuthenticator(config, logger);
      const platform = await openDistributedPlatform({ config, logger, lifecycle });
      const services = await start(platform, config);
      // A worker answers for its health alone.
      const answered = platform.role.answers ? services : [];
      const server = await serveRpc({
        address: config.CLIMB_LISTEN,
        services: answered,
        healthNames: [fullName],
        credentials: platform.tls.server,
        insecure: config.CLIMB_INSECURE,
        authenticator,
        limits: config,
        reflection: reflectionOf(config),
        publishAudit: (event) => platform.events.publish(event),
        logger,
      });
      lifecycle.onClose("rpc server", () => server.close());
      metrics?.setReady(true);
      platform.onAvailable((available) => {
        server.setServing(available);
        metrics?.setReady(available);
      });
      logger.info({ port: server.port, role: config.CLIMB_ROLE }, "serving");
    },
  });
}
