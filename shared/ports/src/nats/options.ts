import { readFileSync } from "node:fs";
import { ServiceError } from "@climb/runtime";
import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "nats";
import { z } from "zod";

const CREDENTIALS = /^(user|token|nkey|jwt):(.+)$/;

/** The variables of a process that connects to NATS by TLS or with credentials. */
export const natsVariables = {
  CLIMB_NATS_TLS_CA: z
    .string()
    .optional()
    .describe("file with the CAs that the NATS servers' certificates are checked by (PEM); given, TLS is insisted on"),
  CLIMB_NATS_TLS_CERT: z.string().optional().describe("file with the certificate that is shown to NATS (PEM)"),
  CLIMB_NATS_TLS_KEY: z.string().optional().describe("file with the key of CLIMB_NATS_TLS_CERT (PEM)"),
  CLIMB_NATS_CREDENTIALS: z
    .string()
    .regex(CREDENTIALS, "expected user:FILE, token:FILE, nkey:FILE or jwt:FILE")
    .optional()
    .describe(
      "who this process is to NATS: user:FILE (name:password), token:FILE, nkey:FILE (a seed), jwt:FILE (.creds)",
    ),
};

/** What {@link natsVariables} gives, as far as it is set. */
export type NatsCredentials = { [K in keyof typeof natsVariables]?: string | undefined };

/**
 * The options of a connection. Credentials are read again at each connection, and so are certificates, so that both can be
 * exchanged. @throws ServiceError invalid FIELD_INVALID for a file that cannot be read now
 */
export function natsOptions(config: NatsCredentials): Pick<ConnectionOptions, "tls" | "authenticator"> {
  const { CLIMB_NATS_TLS_CA: caFile, CLIMB_NATS_TLS_CERT: certFile, CLIMB_NATS_TLS_KEY: keyFile } = config;
  for (const path of [caFile, certFile, keyFile]) if (path) read(path);
  const [, kind, path] = CREDENTIALS.exec(config.CLIMB_NATS_CREDENTIALS ?? "") ?? [];
  if (path) read(path);
  return {
    ...((caFile || certFile) && {
      tls: { ...(caFile && { caFile }), ...(certFile && { certFile }), ...(keyFile && { keyFile }) },
    }),
    ...(kind && path && { authenticator: authenticatorOf(kind, path) }),
  };
}

function authenticatorOf(kind: string, path: string): Authenticator {
  return (nonce) => {
    if (kind === "jwt") return credsAuthenticator(read(path))(nonce);
    const text = read(path).toString("utf8").trim();
    if (kind === "nkey") return nkeyAuthenticator(Buffer.from(text))(nonce);
    if (kind === "token") return tokenAuthenticator(text)(nonce);
    const colon = text.indexOf(":");
    return usernamePasswordAuthenticator(text.slice(0, colon), text.slice(colon + 1))(nonce);
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}`;
    throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_NATS_CREDENTIALS, CLIMB_NATS_TLS_…" });
  }
}
