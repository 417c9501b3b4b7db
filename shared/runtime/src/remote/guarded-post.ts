import { type LookupAddress, lookup } from "node:dns";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { promisify } from "node:util";
import { environmentAgent, proxyOf } from "../proxy-agent.js";
import { faultOfHost, isNear, nearFault, type RemotePolicy } from "./remote-policy.js";

/** An answer of a remote model's endpoint, whatever its status. */
export interface Answer {
  status: number;
  text: string;
  retryAfter: string | null;
}

/** A host that may not be asked: asking again is of no use. */
export class ForbiddenHostError extends Error {
  override readonly name = "ForbiddenHostError";
}

/** The vectors of 32 texts as JSON take a few megabytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

let agent: ReturnType<typeof environmentAgent>;

/**
 * Posts JSON, by the proxy of the environment if there is one for this address. Follows no redirect, and connects to no
 * address that the policy forbids: names are judged by the addresses that they resolve to, by the very look-up that the
 * connection is made with. A proxy looks names up by itself, so they are judged before it is asked, as far as they are known here.
 * @throws ForbiddenHostError; Error if the endpoint cannot be reached, is silent or says too much
 */
export async function guardedPost(
  url: string,
  body: string,
  timeoutMs: number,
  policy: RemotePolicy,
  apiKey?: string,
): Promise<Answer> {
  const fault = faultOfHost(url, policy);
  if (fault) throw new ForbiddenHostError(fault);
  const guards = policy.guarded && policy.hosts.length === 0;
  const { host, hostname } = new URL(url);
  const isProxied = proxyOf(url) !== undefined;
  if (guards && isProxied && (await leadsNear(hostname))) throw new ForbiddenHostError(nearFault(host));
  const send = url.startsWith("https:") ? tlsRequest : plainRequest;
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(apiKey && { authorization: `Bearer ${apiKey}` }),
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    if (isProxied) agent ??= environmentAgent();
    const how = isProxied ? { agent } : guards ? { lookup: lookupFar(host) } : {};
    const options = { method: "POST", headers, signal, ...how };
    const sent = send(url, options, (response) => {
      const retryAfter = response.headers["retry-after"] ?? null;
      textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text, retryAfter }), reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

async function leadsNear(hostname: string): Promise<boolean> {
  const addresses = await promisify(lookup)(hostname.replace(/^\[|\]$/g, ""), { all: true }).catch(() => []);
  return addresses.some(({ address }) => isNear(address));
}

/** A look-up that knows no address nearby. */
function lookupFar(host: string): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      if (error) return callback(error, "");
      if (addresses.some(({ address }) => isNear(address)))
        return callback(new ForbiddenHostError(nearFault(host)), "");
      if (options.all) return callback(null, addresses);
      return callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
    });
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`answered with more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
