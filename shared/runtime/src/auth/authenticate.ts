import { createHash, randomBytes } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import { Role } from "@climb/proto/access";
import type { Metadata } from "@grpc/grpc-js";
import type { Logger } from "pino";
import { ServiceError } from "../errors.js";
import { PROJECT_HEADER } from "../rpc/project-header.js";
import { ANY_PROJECT, ANYBODY, type Caller, isProject } from "./caller.js";
import { type AuthConfig, asksWho } from "./config.js";
import { policyFile, tokensFile } from "./files.js";
import { jwtReader } from "./jwt.js";

/** What is known of a call before its handler. */
export interface Credentials {
  metadata: Metadata;
  /** What the client showed, if it was verified; looked at where nothing else proves who calls. */
  certificate(): PeerCertificate | undefined;
}

/** Says who calls, and for which project. */
export interface Authenticator {
  /** Whether callers are asked who they are. */
  asks: boolean;
  /** A token by which this process knows itself. */
  ownToken: string;
  /** @throws ServiceError unauthenticated CREDENTIALS_INVALID; forbidden ROLE_INSUFFICIENT; unavailable PEER_UNREACHABLE */
  whoCalls(credentials: Credentials): Promise<{ caller: Caller; project: string | undefined }>;
}

/** @throws ServiceError invalid FIELD_INVALID for files and settings that cannot be used */
export function createAuthenticator(config: AuthConfig, logger: Logger): Authenticator {
  const ownToken = randomBytes(32).toString("base64url");
  const ownDigest = sha256(ownToken);
  const own = { name: "this process", project: ANY_PROJECT, role: Role.ROLE_ADMIN };
  const nobody: ReadonlyMap<string, Caller> = new Map();
  const { CLIMB_AUTH_TOKENS: tokensPath, CLIMB_AUTH_POLICY: policyPath } = config;
  const tokens = tokensPath ? tokensFile(tokensPath, logger) : () => nobody;
  const policy = policyPath ? policyFile(policyPath, logger) : () => nobody;
  const readJwt = jwtReader(config, policy);
  const asks = asksWho(config);

  const byToken = async (token: string): Promise<Caller> => {
    // Digests are compared, so how far a guess was right does not show in the time.
    const digest = sha256(token);
    if (digest === ownDigest) return own;
    const known = tokens().get(digest);
    if (known) return known;
    if (readJwt && token.split(".").length === 3) return readJwt(token);
    throw refused("the token is not known here");
  };
  const who = async ({ metadata, ...shown }: Credentials): Promise<Caller> => {
    if (!asks) return ANYBODY;
    const header = metadata.get("authorization");
    if (header.length > 0) {
      const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(String(header[0])) ?? [];
      if (!token || header.length > 1) throw refused("the authorization is not one Bearer token");
      return byToken(token);
    }
    for (const name of namesOf(shown.certificate())) {
      const known = policy().get(`cert:${name}`);
      if (known) return known;
    }
    throw refused("the call shows no credentials that are known here");
  };
  return {
    asks,
    ownToken,
    async whoCalls(credentials) {
      const caller = await who(credentials);
      const [named] = credentials.metadata.get(PROJECT_HEADER).map(String);
      const project = caller.project === ANY_PROJECT ? named : caller.project;
      if (named !== undefined && (named !== project || !isProject(named))) {
        throw new ServiceError(
          "forbidden",
          "ROLE_INSUFFICIENT",
          `the caller may not act for project ${named.slice(0, 63)}`,
          {
            found: "another project",
            expected: "the caller's own project",
          },
        );
      }
      return { caller, project };
    },
  };
}

/** The names of a certificate: those of its subject and its alternatives. */
function namesOf(certificate: PeerCertificate | undefined): string[] {
  if (!certificate) return [];
  const alternatives = (certificate.subjectaltname ?? "")
    .split(", ")
    .map((entry) => /^(?:DNS|URI):(.+)$/.exec(entry)?.[1])
    .filter((name) => name !== undefined);
  return [certificate.subject?.CN, ...alternatives].filter((name) => typeof name === "string");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function refused(message: string): ServiceError {
  return new ServiceError("unauthenticated", "CREDENTIALS_INVALID", message, {
    expected: "authorization: Bearer <token>, or a client certificate",
  });
}
