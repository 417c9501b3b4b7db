import type { IncomingMessage } from "node:http";

/** A browser keeps about 4 KiB of a cookie. */
const LONGEST_TOKEN = 2900;

/**
 * The caller's token lives in a cookie that scripts cannot read and that ends with the browser. Nothing is kept here, so a
 * session outlives this process and holds at each of its replicas.
 */
export interface Sessions {
  /** The token of a request; undefined without a session. */
  tokenOf(request: IncomingMessage): string | undefined;
  /** What Set-Cookie says to begin a session; undefined for what cannot be a token. */
  begin(token: string): string | undefined;
  /** What Set-Cookie says to end it. */
  end(): string;
}

/** @param encrypted whether the page is served by TLS: the cookie is then sent by TLS only */
export function createSessions(encrypted: boolean): Sessions {
  const name = encrypted ? "__Host-climb-session" : "climb-session";
  const attributes = `Path=/; HttpOnly; SameSite=Strict${encrypted ? "; Secure" : ""}`;
  return {
    tokenOf({ headers }) {
      for (const part of (headers.cookie ?? "").split(";")) {
        const [key, value] = part.trim().split("=");
        if (key === name && value) return Buffer.from(value, "base64url").toString() || undefined;
      }
      return undefined;
    },
    begin(token) {
      if (!/^[\x21-\x7e]+$/.test(token) || token.length > LONGEST_TOKEN) return undefined;
      return `${name}=${Buffer.from(token).toString("base64url")}; ${attributes}`;
    },
    end: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
