import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostOf, ServiceError } from "@climb/runtime";

/**
 * Refuses requests that another site had the browser send. `Sec-Fetch-Site` is set by the browser and cannot be forged by a
 * script; older ones send `Origin` with every POST. Who sends neither is no browser, and has no session that it could misuse.
 * @throws ServiceError forbidden ROLE_INSUFFICIENT
 */
export function expectSameOrigin({ headers }: IncomingMessage): void {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  const isOwn = site === undefined || site === "same-origin" || site === "none";
  const isHere = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  if (!isOwn || !isHere) throw refused("the request comes from another site", origin ?? String(site), String(host));
}

/**
 * Where nobody is asked who they are, a page of any site could call us by a name of its own that it has resolve to this
 * machine (DNS rebinding), and would be of our origin. So only addresses that cannot be rebound are answered.
 * @throws ServiceError forbidden ROLE_INSUFFICIENT
 */
export function expectKnownHost({ headers }: IncomingMessage, listening: string): void {
  const host = hostOf(headers.host ?? "");
  if (host === "localhost" || isIP(host) > 0 || host === hostOf(listening)) return;
  throw refused("the page was asked for under a name that is not known here", host, `localhost or ${listening}`);
}

function refused(message: string, found: string, expected: string): ServiceError {
  return new ServiceError("forbidden", "ROLE_INSUFFICIENT", `${message}: found ${found}, expected ${expected}`, {
    found,
    expected,
  });
}
