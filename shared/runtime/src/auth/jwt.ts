import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { ServiceError } from "../errors.js";
import { ANY_PROJECT, type Caller, isProject, roleNamed } from "./caller.js";
import type { AuthConfig } from "./config.js";

/** Keys are kept so long, and an unknown key has them asked for again, but not more often than this. */
const [KEYS_LAST_MS, ASK_AGAIN_MS] = [10 * 60_000, 1000];
const TIMEOUT_MS = 5000;

/** Says who a JWT is of. @throws ServiceError unauthenticated CREDENTIALS_INVALID; unavailable PEER_UNREACHABLE */
export type JwtReader = (token: string) => Promise<Caller>;

/**
 * Reads JWTs of one issuer: signed by one of its keys with an algorithm of the list, for our audience, valid now. Project and
 * role stand in claims, or in the policy under "jwt:<sub>".
 * @throws ServiceError invalid FIELD_INVALID without an audience
 */
export function jwtReader(config: AuthConfig, policy: () => ReadonlyMap<string, Caller>): JwtReader | undefined {
  const { CLIMB_AUTH_ISSUER: issuer, CLIMB_AUTH_AUDIENCE: audience } = config;
  if (!issuer) return undefined;
  if (!audience) {
    const message =
      "CLIMB_AUTH_ISSUER is given without CLIMB_AUTH_AUDIENCE: a token for others would do; expected both";
    throw new ServiceError("invalid", "FIELD_INVALID", message, { field: "CLIMB_AUTH_AUDIENCE" });
  }
  const keys = keysOf(issuer, config.CLIMB_AUTH_JWKS);
  const options = {
    issuer,
    audience,
    algorithms: config.CLIMB_AUTH_ALGORITHMS,
    clockTolerance: config.CLIMB_AUTH_SKEW_SECONDS,
    requiredClaims: ["exp", "sub"],
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return callerIn(payload, config, policy());
    } catch (error) {
      throw refusal(error, issuer);
    }
  };
}

/** The issuer's keys, from where it says they are; asked for at the first token. */
function keysOf(issuer: string, given: string | undefined): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  const options = { cacheMaxAge: KEYS_LAST_MS, cooldownDuration: ASK_AGAIN_MS, timeoutDuration: TIMEOUT_MS };
  const find = async () => createRemoteJWKSet(new URL(given ?? (await discover(issuer))), options);
  return async (header, token) => {
    found ??= find().catch((error) => {
      found = undefined;
      throw error;
    });
    return (await found)(header, token);
  };
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const said = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (!response.ok || said.issuer !== issuer || typeof said.jwks_uri !== "string") {
    throw new Error(`${address} names no keys of ${issuer}`);
  }
  return said.jwks_uri;
}

function callerIn(payload: JWTPayload, config: AuthConfig, policy: ReadonlyMap<string, Caller>): Caller {
  const name = `jwt:${payload.sub}`;
  const [project, role] = [payload[config.CLIMB_AUTH_PROJECT_CLAIM], payload[config.CLIMB_AUTH_ROLE_CLAIM]];
  // Who may act for every project is the operator's to say, not the issuer's.
  if (typeof project === "string" && project !== ANY_PROJECT && isProject(project)) {
    const known = typeof role === "string" ? roleNamed(role) : undefined;
    if (known) return { name, project, role: known };
  }
  const known = policy.get(name);
  if (known) return known;
  throw new ServiceError("forbidden", "ROLE_INSUFFICIENT", "the token names no project and role that are known here", {
    found: "none",
    expected: "viewer, editor, worker or admin of a project",
  });
}

function refusal(error: unknown, issuer: string): unknown {
  if (error instanceof ServiceError) return error;
  const isFault =
    error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== "ERR_JOSE_GENERIC";
  if (!isFault) {
    const message = "the keys that tokens are checked by cannot be had";
    return new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address: issuer }, { cause: error });
  }
  const why = error instanceof errors.JWTExpired ? "the token has expired" : "the token does not hold here";
  return new ServiceError("unauthenticated", "CREDENTIALS_INVALID", why, { expected: `a valid token of ${issuer}` });
}
