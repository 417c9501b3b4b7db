import { z } from "zod";
import { authVariables } from "./auth/config.js";
import { ServiceError } from "./errors.js";
import { limitVariables } from "./limits/config.js";
import { telemetryVariables } from "./telemetry/config.js";
import { tlsVariables } from "./tls/config.js";

const HOST_PORT = String.raw`(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}`;

/** The variable with the address of a service that another one calls. @param port its port on one machine */
export function peerAddress(port: number) {
  return z
    .string()
    .regex(new RegExp(`^(dns:///)?${HOST_PORT}$`), "expected host:port or dns:///name:port")
    .default(`127.0.0.1:${port}`);
}

/** The environment variables that every service reads. Services extend it with their own. */
export const baseConfig = z.object({
  CLIMB_LISTEN: z
    .string()
    .regex(new RegExp(`^${HOST_PORT}$`), "expected host:port")
    .default("127.0.0.1:50051")
    .describe("host:port that the gRPC server listens on; beyond loopback by TLS, or with CLIMB_INSECURE"),
  ...tlsVariables,
  ...authVariables,
  ...limitVariables,
  CLIMB_WORKERS: z.coerce.number().int().min(0).default(0).describe("worker threads; 0 means one per core"),
  CLIMB_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("least level that is logged"),
  CLIMB_SHUTDOWN_GRACE_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(20_000)
    .describe("time to close in order after SIGTERM"),
  ...telemetryVariables,
});

/** The variable of services that run models: what ONNX Runtime runs them on. */
export const executionProviders = z
  .string()
  .default("cpu")
  .transform((names) => names.split(",").map((name) => name.trim()))
  .describe("ONNX Runtime execution providers in order, for example cuda,cpu");

export type BaseConfig = z.infer<typeof baseConfig>;

/**
 * Reads the configuration from environment variables.
 * @throws ServiceError invalid FIELD_INVALID with every fault, each naming its variable
 */
export function loadConfig<S extends z.ZodType>(
  schema: S,
  env: Record<string, string | undefined>,
): Readonly<z.infer<S>> {
  // An empty variable is how a chart says "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data) as Readonly<z.infer<S>>;
  const faults = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name}: ${issue.message}, found ${JSON.stringify(given[name] ?? null)}`;
  });
  throw new ServiceError("invalid", "FIELD_INVALID", `bad configuration: ${faults.join("; ")}`);
}
