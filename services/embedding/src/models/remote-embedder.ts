import { setTimeout as delay } from "node:timers/promises";
import { ServiceError } from "@climb/runtime/worker";
import { z } from "zod";
import { writeUnit } from "../core/onnx/pooling.js";
import { apiKeyFault, readApiKey } from "./api-key.js";
import type { TextEmbedder } from "./embedder.js";
import { type Answer, ForbiddenHostError, guardedPost } from "./guarded-post.js";
import { ANYWHERE, type RemotePolicy } from "./remote-policy.js";

/** An OpenAI-compatible endpoint. Plain data, stored with an embedding set. */
export interface RemoteSettings {
  /** Without a slash at its end. */
  address: string;
  model: string;
  /** Requests under way at once. */
  concurrency: number;
  /** Name of the operator's key to show it. */
  apiKey?: string;
}

/** Servers refuse longer inputs than their model takes; 8,192 characters are about 2,000 tokens. */
const MAX_CHARACTERS = 8192;
const TEXTS_A_REQUEST = 32;
const LOOK_EVERY_MS = 200;

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

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) })),
});

/** Asks the endpoint; see {@link TextEmbedder}. Every row must have the length of the first one ever seen. */
export function remoteEmbedder(
  settings: RemoteSettings,
  retries: Retries = RETRIES,
  policy: RemotePolicy = ANYWHERE,
): TextEmbedder {
  const url = `${settings.address}/v1/embeddings`;
  const endpoint = { url, model: settings.model, policy, apiKey: settings.apiKey };
  let dimensions = 0;
  return {
    async embed(texts, onProgress) {
      const parts: Float64Array[][] = [];
      let next = 0;
      let failed = false;
      const work = async () => {
        while (!failed && next * TEXTS_A_REQUEST < texts.length) {
          const part = next++;
          const input = texts.slice(part * TEXTS_A_REQUEST, (part + 1) * TEXTS_A_REQUEST);
          const rows = await askUntilAnswered(endpoint, input, retries, () => onProgress?.(0));
          for (const row of rows) {
            dimensions ||= row.length;
            if (row.length !== dimensions) {
              throw badAnswer(url, `answered with a vector of ${row.length} values; expected ${dimensions} as before`);
            }
          }
          parts[part] = rows;
          onProgress?.(rows.length);
        }
      };
      const workers = Array.from({ length: settings.concurrency }, () =>
        work().catch((error) => {
          failed = true;
          throw error;
        }),
      );
      await Promise.all(workers);
      const vectors = new Float32Array(texts.length * dimensions);
      for (const [i, row] of parts.flat().entries())
        writeUnit(row, vectors.subarray(i * dimensions, (i + 1) * dimensions));
      return { vectors, dimensions };
    },
  };
}

interface Endpoint {
  url: string;
  model: string;
  policy: RemotePolicy;
  apiKey: string | undefined;
}

async function askUntilAnswered(
  endpoint: Endpoint,
  input: string[],
  retries: Retries,
  look: () => void,
): Promise<Float64Array[]> {
  const { url } = endpoint;
  for (let attempt = 1; ; attempt++) {
    const { rows, problem, waitMs } = await ask(endpoint, input, retries.timeoutMs);
    if (rows) return rows;
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

interface Attempt {
  rows?: Float64Array[];
  problem: string;
  /** How long the server asks to wait. */
  waitMs: number;
}

/** @throws ServiceError MODEL_UNKNOWN if asking again would not help */
async function ask(
  { url, model, policy, apiKey: keyName }: Endpoint,
  input: string[],
  timeoutMs: number,
): Promise<Attempt> {
  // An empty input is an error at some servers.
  const body = JSON.stringify({ model, input: input.map((text) => wellCut(text) || " "), encoding_format: "float" });
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
  if (status >= 200 && status < 300) return { rows: rowsOf(url, text, input.length), problem: "", waitMs: 0 };
  // Where a redirect leads to is nobody's choice here: texts are sent to the address that was named, or nowhere.
  // Some servers say which key they were shown.
  const said = apiKey ? text.replaceAll(apiKey, "…") : text;
  const problem = `answered with status ${status} (${said.slice(0, 200).replace(/\s+/g, " ")})`;
  if (status !== 429 && status !== 408 && status < 500) throw badAnswer(url, problem);
  return { problem, waitMs: retryAfterMs(retryAfter) };
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function rowsOf(url: string, text: string, count: number): Float64Array[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badAnswer(url, "answered with no JSON; expected an OpenAI-compatible endpoint");
  }
  const answer = answerSchema.safeParse(json);
  if (!answer.success)
    throw badAnswer(url, `answered in another form: ${z.prettifyError(answer.error).split("\n")[0]}`);
  const rows: Float64Array[] = [];
  for (const { index, embedding } of answer.data.data) rows[index] = Float64Array.from(embedding);
  const found = rows.filter((row) => row.length > 0).length;
  if (found !== count || rows.length !== count) {
    throw badAnswer(url, `answered with ${found} vectors; expected ${count}`);
  }
  return rows;
}

function badAnswer(url: string, what: string): ServiceError {
  return new ServiceError("invalid", "MODEL_UNKNOWN", `${url} ${what}`, { model: url });
}

function wellCut(text: string): string {
  return text.slice(0, MAX_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
}
