import type { IncomingMessage, ServerResponse } from "node:http";
import { fieldInvalid, isUnavailable, type Logger, ServiceError } from "@climb/runtime";
import { answerJson, bodyOf, failureOf, toJson } from "./answer.js";
import { callNamed, type PageClients, watchNamed } from "./calls.js";

/** Proxies close what is silent for a minute. */
const SAY_SOMETHING_MS = 15_000;
/** When a browser tries again after a stream broke off. */
const RETRY_MS = 1000;

/** A request that may be answered, with what its session proves. */
export interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** undefined where nobody is asked who they are. */
  token: string | undefined;
}

/** `POST /call/<service>/<method>`: one call of the contracts, made with the caller's credentials. */
export async function makeCall(clients: PageClients, { request, response, url, token }: Asked): Promise<void> {
  const [, , service = "", method = ""] = url.pathname.split("/");
  const offered = callNamed(clients, service, method);
  if (!offered) throw new ServiceError("notOffered", "NOT_OFFERED", `the page has no call ${url.pathname}`);
  const body = await bodyOf(request);
  try {
    offered.encode(body);
  } catch (error) {
    throw fieldInvalid("body", (error as Error).message.slice(0, 200), `a request of ${method}`);
  }
  answerJson(response, 200, await offered.call(body, { signal: whileOpen(response), token }));
}

/**
 * `GET /watch/<name>?id=`: a watch of the contracts as server-sent events, each with its sequence as id, so that a browser
 * whose stream broke off goes on after the last one it has seen. Ends with the event `end`, or `failure` for what trying
 * again does not help; a service that is away ends the stream, which has the browser try again.
 */
export async function followWatch(clients: PageClients, logger: Logger, asked: Asked): Promise<void> {
  const { request, response, url, token } = asked;
  const watch = watchNamed(clients, url.pathname.split("/")[2] ?? "");
  if (!watch) throw new ServiceError("notOffered", "NOT_OFFERED", `the page has no stream ${url.pathname}`);
  const seen = request.headers["last-event-id"] ?? url.searchParams.get("after") ?? "0";
  const afterSequence = /^\d{1,18}$/.test(String(seen)) ? BigInt(String(seen)) : 0n;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => response.write(":\n\n"), SAY_SOMETHING_MS);
  const say = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${toJson(data)}\n\n`);
  try {
    const id = url.searchParams.get("id") ?? "";
    for await (const message of watch({ id, afterSequence }, { signal: whileOpen(response), token })) {
      const taken = response.write(`id: ${message.sequence}\ndata: ${toJson(message)}\n\n`);
      if (!taken && !response.destroyed) await drained(response);
    }
    say("end", {});
  } catch (error) {
    if (!response.destroyed && !isUnavailable(error)) say("failure", failureOf(error, logger));
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

/** `GET /artifact?uri=&name=`: the bytes of an artifact, to be stored and never shown as a page of this origin. */
export async function sendArtifact({ store }: PageClients, { response, url, token }: Asked): Promise<void> {
  const uri = url.searchParams.get("uri") ?? "";
  const name = (url.searchParams.get("name") ?? "artifact").replace(/[^A-Za-z0-9._-]/g, "_");
  const stream = store.download({ uri }, { signal: whileOpen(response), token });
  for await (const { data } of stream) {
    if (!response.headersSent) {
      response.writeHead(200, {
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "private, max-age=3600",
      });
    }
    if (!response.write(data) && !response.destroyed) await drained(response);
  }
  response.end();
}

/** Aborts when the browser goes away. */
function whileOpen(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return gone.signal;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}
