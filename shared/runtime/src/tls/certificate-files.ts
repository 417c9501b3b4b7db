import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates } from "node:tls";
import type { experimental } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { ServiceError } from "../errors.js";

type CertificateProvider = experimental.CertificateProvider;

/** PEM texts that belong together. */
export interface Certificates {
  cert?: Buffer;
  key?: Buffer;
  ca: Buffer;
}

export interface CertificatePaths {
  cert?: string | undefined;
  key?: string | undefined;
  /** A file, or "system" for the CAs that Node brings. */
  ca: string;
}

/** Certificates in files, and whoever wants to hear of new ones. */
export interface CertificateFiles extends CertificateProvider {
  /** What the files held when they last fitted together. */
  current(): Certificates;
}

/**
 * Reads certificates now, and again every `everyMs` while somebody listens. Files that cannot be read, or of which the key
 * does not fit the certificate (one was replaced before the other), change nothing: grpc-js's own provider would refuse
 * every connection until the next look.
 * @throws ServiceError invalid FIELD_INVALID if the files cannot be used now
 */
export function certificateFiles(paths: CertificatePaths, everyMs: number, logger: Logger): CertificateFiles {
  let latest = read(paths);
  let complaint = "";
  const caListeners = new Set<experimental.CaCertificateUpdateListener>();
  const identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (listener: experimental.CaCertificateUpdateListener) => listener({ caCertificate: latest.ca });
  const tellIdentity = (listener: experimental.IdentityCertificateUpdateListener) => {
    const { cert, key } = latest;
    listener(cert && key ? { certificate: cert, privateKey: key } : null);
  };
  const look = () => {
    try {
      const found = read(paths);
      complaint = "";
      if (same(found, latest)) return;
      latest = found;
      for (const listener of identityListeners) tellIdentity(listener);
      for (const listener of caListeners) tell(listener);
      logger.info({ files: paths }, "new certificates are in use");
    } catch (error) {
      const { message } = error as Error;
      if (message !== complaint) logger.warn({ err: error }, "the certificates stay as they were");
      complaint = message;
    }
  };
  const changed = () => {
    const wanted = caListeners.size + identityListeners.size > 0;
    if (wanted) timer ??= setInterval(look, everyMs).unref();
    else {
      clearInterval(timer);
      timer = undefined;
    }
  };
  return {
    current: () => latest,
    addCaCertificateListener(listener) {
      caListeners.add(listener);
      changed();
      process.nextTick(tell, listener);
    },
    removeCaCertificateListener(listener) {
      caListeners.delete(listener);
      changed();
    },
    addIdentityCertificateListener(listener) {
      identityListeners.add(listener);
      changed();
      process.nextTick(tellIdentity, listener);
    },
    removeIdentityCertificateListener(listener) {
      identityListeners.delete(listener);
      changed();
    },
  };
}

function read({ cert, key, ca }: CertificatePaths): Certificates {
  const found: Certificates = {
    ...(cert && { cert: readFile(cert) }),
    ...(key && { key: readFile(key) }),
    ca: ca === "system" ? Buffer.from(rootCertificates.join("\n")) : readFile(ca),
  };
  try {
    createSecureContext(found);
  } catch (error) {
    const names = [cert, key, ca].filter(Boolean).join(", ");
    throw invalid(`${names} cannot be used for TLS: ${(error as Error).message}; expected PEM files that fit together`);
  }
  return found;
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw invalid(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function same(a: Certificates, b: Certificates): boolean {
  const text = ({ cert, key, ca }: Certificates) => [cert, key, ca].join("\0");
  return text(a) === text(b);
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", message, {
    field: "CLIMB_TLS_CERT, CLIMB_TLS_KEY, CLIMB_TLS_CA",
  });
}
