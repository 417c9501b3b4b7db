import { z } from "zod";

/** A switch as charts and shells give it. */
export const onOff = z
  .enum(["true", "false", "1", "0"])
  .default("false")
  .transform((word) => word === "true" || word === "1");

/** The variables of a process that speaks TLS, as server and as client. */
export const tlsVariables = {
  CLIMB_TLS_CERT: z
    .string()
    .optional()
    .describe("file with this process's certificate and those between it and its CA (PEM), for servers and clients"),
  CLIMB_TLS_KEY: z.string().optional().describe("file with the key of CLIMB_TLS_CERT (PEM)"),
  CLIMB_TLS_CA: z
    .string()
    .optional()
    .describe("file with the CAs that others' certificates are checked by (PEM); the word system means those of Node"),
  CLIMB_TLS_CLIENTS: z
    .enum(["any", "verified"])
    .default("any")
    .describe("verified takes only clients with a certificate of CLIMB_TLS_CA (mutual TLS)"),
  CLIMB_TLS_RELOAD_MS: z.coerce
    .number()
    .int()
    .min(10)
    .default(10_000)
    .describe("how often the files are looked at for new certificates; connections that are open stay open"),
  CLIMB_INSECURE: onOff.describe("true allows plain text beyond loopback: for networks that encrypt by themselves"),
};

/** What {@link tlsVariables} gives, as far as it is set. */
export interface TlsConfig {
  CLIMB_TLS_CERT?: string | undefined;
  CLIMB_TLS_KEY?: string | undefined;
  CLIMB_TLS_CA?: string | undefined;
  CLIMB_TLS_CLIENTS?: "any" | "verified" | undefined;
  CLIMB_TLS_RELOAD_MS?: number | undefined;
  CLIMB_INSECURE?: boolean | undefined;
}
