import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Platform } from "@climb/ports";
import { asksWho, expectPrivate, hostOf, type Logger, ServiceError } from "@climb/runtime";
import type { SearchConfig } from "../config.js";
import { answerJson, bodyOf, failureOf } from "./answer.js";
import { type PageClients, pageClients } from "./calls.js";
import { type PageFiles, readPageFiles, type StaticFile } from "./files.js";
import { type Asked, followWatch, makeCall, sendArtifact } from "./gateway.js";
import { expectKnownHost, expectSameOrigin } from "./origin.js";
import { createSessions, type Sessions } from "./session.js";

/** Views of the page, all of which are one document; the browser finds its view by the address. */
const VIEW = /^\/($|searches(\/|$)|runs(\/|$)|domains(\/|$)|system$)/;

interface Page {
  platform: Platform;
  clients: PageClients;
  files: PageFiles;
  sessions: Sessions;
  asks: boolean;
  address: string;
  traceAddress: string | undefined;
}

/**
 * Serves the page: files that were read at the start, and a gateway from HTTP to the contracts that holds no state and decides
 * nothing: the services hear the caller's own token. Ends with the lifecycle.
 * @param address host:port; port 0 takes a free one
 * @returns where it is, for a browser
 * @throws ServiceError unavailable PEER_UNREACHABLE if the port cannot be had; invalid FIELD_INVALID for plain text that
 * others could reach
 */
export async function servePage(platform: Platform, config: SearchConfig, address: string): Promise<string> {
  const { CLIMB_TLS_CERT: cert, CLIMB_TLS_KEY: key } = config;
  expectPrivate(address, cert, config.CLIMB_INSECURE);
  const clients = pageClients(platform.connect, {
    search: config.CLIMB_SEARCH_ADDRESS,
    clustering: config.CLIMB_CLUSTERING_ADDRESS,
    training: config.CLIMB_TRAINING_ADDRESS,
    predictor: config.CLIMB_PREDICTOR_ADDRESS,
    store: config.CLIMB_SEARCH_ADDRESS,
    system: config.CLIMB_SEARCH_ADDRESS,
  });
  const sessions = createSessions(cert !== undefined);
  const page = {
    platform,
    clients,
    files: readPageFiles(),
    sessions,
    asks: asksWho(config),
    address,
    traceAddress: config.CLIMB_TRACE_URL,
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => void answer(page, request, response);
  const certificate = () => ({ cert: readFileSync(cert ?? ""), key: readFileSync(key ?? "") });
  const server = cert ? createTlsServer(certificate(), listener) : createServer(listener);
  const reload =
    cert &&
    setInterval(() => renew(server as TlsServer, certificate, platform.logger), config.CLIMB_TLS_RELOAD_MS).unref();
  platform.lifecycle.onClose("page", async () => {
    if (reload) clearInterval(reload);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const message = `cannot listen on ${address} for the page: ${error.message}`;
      reject(new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address }));
    });
    server.listen(port, hostOf(address), () => resolve());
  });
  const where = `${cert ? "https" : "http"}://${address.replace(/:\d+$/, "")}:${(server.address() as AddressInfo).port}`;
  platform.logger.info({ address: where }, "serving the page");
  return where;
}

/** Takes a certificate that has changed; files that cannot be used change nothing. */
function renew(server: TlsServer, certificate: () => { cert: Buffer; key: Buffer }, logger: Logger): void {
  try {
    server.setSecureContext(certificate());
  } catch (error) {
    logger.warn({ err: error }, "the page goes on with the certificate that it had");
  }
}

async function answer(page: Page, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of headersOf(page.files)) response.setHeader(name, value);
  try {
    const url = new URL(request.url ?? "/", "http://page");
    if (!page.asks) expectKnownHost(request, page.address);
    if (request.method === "GET" || request.method === "HEAD") return await get(page, request, response, url);
    expectSameOrigin(request);
    if (url.pathname === "/session") return await session(page, request, response);
    if (request.method !== "POST") throw notThere(`${request.method} ${url.pathname}`);
    return await makeCall(page.clients, asked(page, request, response, url));
  } catch (error) {
    const { status, ...told } = failureOf(error, page.platform.logger);
    if (response.headersSent) response.destroy();
    else answerJson(response, status, told);
  }
}

function headersOf({ contentSecurityPolicy }: PageFiles): [string, string][] {
  return [
    ["content-security-policy", contentSecurityPolicy],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
  ];
}

async function get(page: Page, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  if (url.pathname.startsWith("/watch/")) {
    return followWatch(page.clients, page.platform.logger, asked(page, request, response, url));
  }
  if (url.pathname === "/artifact") return sendArtifact(page.clients, asked(page, request, response, url));
  if (url.pathname === "/session") {
    const signedIn = !page.asks || page.sessions.tokenOf(request) !== undefined;
    return answerJson(response, 200, {
      asks: page.asks,
      signedIn,
      ...(signedIn && { traceAddress: page.traceAddress }),
    });
  }
  const file = page.files.files.get(url.pathname) ?? (VIEW.test(url.pathname) ? page.files.index : undefined);
  if (!file) throw notThere(url.pathname);
  sendFile(request, response, file);
}

function sendFile(request: IncomingMessage, response: ServerResponse, { bytes, type, etag }: StaticFile): void {
  const headers = { "content-type": type, etag, "cache-control": "no-cache" };
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** @throws ServiceError unauthenticated CREDENTIALS_INVALID without a session where callers are asked who they are */
function asked(page: Page, request: IncomingMessage, response: ServerResponse, url: URL): Asked {
  const token = page.asks ? page.sessions.tokenOf(request) : undefined;
  // Without the caller's own token a call would go out with that of this process, which may do everything.
  if (page.asks && !token) throw new ServiceError("unauthenticated", "CREDENTIALS_INVALID", "sign in first");
  return { request, response, url, token };
}

/** `POST /session` with a token begins a session, if the services know it; `DELETE /session` ends it. */
async function session(page: Page, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "DELETE") response.setHeader("set-cookie", page.sessions.end());
  else {
    const { token } = await bodyOf(request);
    const cookie = typeof token === "string" ? page.sessions.begin(token) : undefined;
    if (!cookie)
      throw new ServiceError("unauthenticated", "CREDENTIALS_INVALID", "that is no token: expected 1 to 2900 letters");
    await page.clients.search.listSearches({ pageSize: 1 }, { token: token as string });
    response.setHeader("set-cookie", cookie);
  }
  answerJson(response, 200, {});
}

function notThere(what: string): ServiceError {
  return new ServiceError("notFound", "RESOURCE_UNKNOWN", `the page has no ${what.slice(0, 200)}`);
}
