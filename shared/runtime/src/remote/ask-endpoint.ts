import { setTimeout as delay } from "node:timers/promises";
import { ServiceError } from "../errors.js";
import { apiKeyFault, readApiKey } from "./api-key.js";
import { type Answer, ForbiddenHostError, guardedPost } from "./guarded-post.js";
import type { RemotePolicy } from "./remote-policy.js";

/** An endpoint of a model elsewhere, and how it may be asked. */
export interface Endpoint {
  url: string;
  policy: RemotePolicy;
  /** Name of the operator's key to show it. */
  apiKey?: string | undefined;
}

export interface Retries {
  attempts: number;
  /** Before the second attempt; twice as much before each further one. */
  firstWaitMs: number;
  /** Longest wait, the server's own wish included. */
  longestWaitMs: number;
  /** An answer that takes longer counts as a failure. */
  timeoutMs: number;
}

export const RETRIES: Retries = { attempts: 7, firstWaitMs: 250, longestWaitMs: 60_000, timeoutMs: 120_000 };

const LOOK_EVERY_MS = 200;

/**
 * Posts JSON to an endpoint and returns what `read` makes of its answer; asks again after failures that may pass.
 * @param read throws what {@link badAnswer} gives for an answer that is not as expected
 * @param look called now and then while it waits; what it throws ends the waiting
 * @throws ServiceError unavailable PEER_UNREACHABLE after the last attempt; invalid MODEL_UNKNOWN if asking again is no use
 */
export async function askEndpoint<T>(
  endpoint: Endpoint,
  body: object,
  read: (answer: unknown) => T,
  retries: Retries,
  look: () => void,
): Promise<T> {
  const { url } = endpoint;
  const text = JSON.stringify(body);
  for (let attempt = 1; ; attempt++) {
    const { answer, problem, waitMs } = await ask(endpoint, text, retries.timeoutMs);
    if (answer !== undefined) return read(jsonOf(url, answer));
    if (attempt >= retries.attempts) {
      const message = `${url} ${problem}, the last of ${attempt} attempts`;
      throw new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address: url });
    }
    // Up to a quarter more by chance, so that requests that failed together do not come again together.
    const backOff = retries.firstWaitMs * 2 ** (attempt - 1) * (1 + Math.random() / 4);
    let left = Math.min(Math.max(waitMs, backOff), retries.longestWaitMs);
    for (; left > 0; left -= LOOK_EVERY_MS) {
      await delay(Math.min(left, LOOK_EVERY_MS));
      look();
    }
  }
}

/** What is thrown for an endpoint that answers, but not as it should. */
export function badAnswer(url: string, what: string): ServiceError {
  return new ServiceError("invalid", "MODEL_UNKNOWN", `${url} ${what}`, { model: url });
}

interface Attempt {
  answer?: string;
  problem: string;
  /** How long the server asks to wait. */
  waitMs: number;
}

/** @throws ServiceError MODEL_UNKNOWN if asking again would not help */
async function ask({ url, policy, apiKey: keyName }: Endpoint, body: string, timeoutMs: number): Promise<Attempt> {
  const fault = keyName && apiKeyFault(keyName, url, policy);
  if (fault) throw badAnswer(url, `is not asked: ${fault}`);
  const apiKey = keyName ? readApiKey(keyName) : undefined;
  let answer: Answer;
  try {
    answer = await guardedPost(url, body, timeoutMs, policy, apiKey);
  } catch (error) {
    if (error instanceof ForbiddenHostError) throw badAnswer(url, `is not asked: ${error.message}`);
    return { problem: `cannot be reached (${(error as Error).message})`, waitMs: 0 };
  }
  const { status, text, retryAfter } = answer;
  if (status >= 200 && status < 300) return { answer: text, problem: "", waitMs: 0 };
  // Where a redirect leads to is nobody's choice here: texts are sent to the address that was named, or nowhere.
  // Some servers say which key they were shown.
  const said = apiKey ? text.replaceAll(apiKey, "…") : text;
  const problem = `answered with status ${status} (${said.slice(0, 200).replace(/\s+/g, " ")})`;
  if (status !== 429 && status !== 408 && status < 500) throw badAnswer(url, problem);
  return { problem, waitMs: retryAfterMs(retryAfter) };
}

function jsonOf(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(url, "answered with no JSON; expected an OpenAI-compatible endpoint");
  }
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
