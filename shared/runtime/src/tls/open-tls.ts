import { isIP } from "node:net";
import { type ChannelCredentials, experimental, type ServerCredentials } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { ServiceError } from "../errors.js";
import { certificateFiles } from "./certificate-files.js";
import type { TlsConfig } from "./config.js";

/** What a process speaks: undefined is plain text. */
export interface Tls {
  server: ServerCredentials | undefined;
  client: ChannelCredentials | undefined;
}

/**
 * The credentials of a process, made from files that are read again as they change: new connections use what is new, and
 * none that is open is cut.
 * @throws ServiceError invalid FIELD_INVALID for a key without its certificate, files that cannot be used, or verified
 * clients without a CA
 */
export function openTls(config: TlsConfig, logger: Logger): Tls {
  const { CLIMB_TLS_CERT: cert, CLIMB_TLS_KEY: key, CLIMB_TLS_CA: ca, CLIMB_TLS_CLIENTS: clients = "any" } = config;
  if (Boolean(cert) !== Boolean(key)) {
    throw invalid(
      `CLIMB_TLS_${cert ? "CERT" : "KEY"} is given alone; expected CLIMB_TLS_CERT and CLIMB_TLS_KEY together`,
    );
  }
  if (clients === "verified" && !(cert && ca)) {
    throw invalid("CLIMB_TLS_CLIENTS is verified; expected CLIMB_TLS_CERT, CLIMB_TLS_KEY and CLIMB_TLS_CA with it");
  }
  if (!cert && !ca) return { server: undefined, client: undefined };
  const files = certificateFiles({ cert, key, ca: ca ?? "system" }, config.CLIMB_TLS_RELOAD_MS ?? 10_000, logger);
  const verified = clients === "verified";
  // A certificate that a client shows is looked at wherever there is a CA of ours to check it by.
  const checked = ca && ca !== "system" ? files : null;
  return {
    // Its declaration has the names of the first two the other way round.
    server: cert ? experimental.createCertificateProviderServerCredentials(files, checked, verified) : undefined,
    client: experimental.createCertificateProviderChannelCredentials(files, cert ? files : null),
  };
}

/** The host of host:port, [address]:port or dns:///host:port. */
export function hostOf(address: string): string {
  return address
    .replace(/^dns:\/\/\//, "")
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "");
}

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** @throws ServiceError invalid FIELD_INVALID for a server that others could reach in plain text unasked */
export function expectPrivate(address: string, credentials: unknown, insecure: boolean): void {
  if (credentials || insecure || isLoopback(hostOf(address))) return;
  throw invalid(
    `would listen on ${address} in plain text, which others can reach; give CLIMB_TLS_CERT and CLIMB_TLS_KEY, ` +
      "or allow it with CLIMB_INSECURE=true where the network encrypts by itself",
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_TLS_CERT" });
}
