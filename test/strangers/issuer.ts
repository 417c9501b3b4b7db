import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from "jose";

/** What a token says, apart from who issued it. */
export interface Claims {
  project?: string;
  role?: string;
  audience?: string;
  /** From now; negative: it has expired. */
  lastsSeconds?: number;
}

/** An OpenID provider as far as tokens need one: its discovery document, its keys, and tokens signed by them. */
export interface Issuer extends AsyncDisposable {
  url: string;
  audience: string;
  token(claims: Claims): Promise<string>;
  /** Signed by a key that nobody published, under the name of one that is. */
  forged(claims: Claims): Promise<string>;
  /** With the algorithm "none". */
  unsigned(claims: Claims): string;
  /** Goes over to a new key; the old one is published no more. */
  rotate(): Promise<void>;
  /** How often the keys were asked for. */
  readonly asked: number;
}

export async function startIssuer(): Promise<Issuer> {
  const audience = "climb";
  let number = 0;
  let asked = 0;
  let current: { kid: string; key: CryptoKey; jwk: JWK };
  const rotate = async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const kid = `key-${++number}`;
    current = { kid, key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" } };
  };
  await rotate();
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/.well-known/openid-configuration") {
      return response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    }
    asked++;
    return response.end(JSON.stringify({ keys: [current.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const payload = ({ project, role }: Claims) => ({
    sub: `somebody of ${project}`,
    ...(project && { climb_project: project }),
    ...(role && { climb_role: role }),
  });
  const sign = (claims: Claims, key: CryptoKey) =>
    new SignJWT(payload(claims))
      .setProtectedHeader({ alg: "ES256", kid: current.kid })
      .setIssuer(url)
      .setAudience(claims.audience ?? audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + (claims.lastsSeconds ?? 600))
      .sign(key);
  return {
    url,
    audience,
    rotate,
    get asked() {
      return asked;
    },
    token: (claims) => sign(claims, current.key),
    forged: async (claims) => sign(claims, (await generateKeyPair("ES256")).privateKey),
    unsigned: (claims) =>
      new UnsecuredJWT(payload(claims)).setIssuer(url).setAudience(audience).setExpirationTime("10 minutes").encode(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
