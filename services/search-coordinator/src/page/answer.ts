import type { IncomingMessage, ServerResponse } from "node:http";
import { type ErrorKind, fieldInvalid, type Logger, ServiceError } from "@climb/runtime";

const LONGEST_BODY = 1024 * 1024;

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  notFound: 404,
  exists: 409,
  wrongState: 409,
  exhausted: 429,
  unauthenticated: 401,
  forbidden: 403,
  unavailable: 503,
  notOffered: 501,
};

/** A message as the page has it: plain data, 64-bit numbers as numbers (the contracts keep them below 2^53), times as text. */
export function toJson(message: unknown): string {
  return JSON.stringify(message, (_, value) => (typeof value === "bigint" ? Number(value) : value));
}

/** Sends a value as JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(toJson(value));
}

/** What the page is told of a failure; what is none of the caller's business is logged instead. */
export function failureOf(error: unknown, logger: Logger): { status: number; reason: string; message: string } {
  if (error instanceof ServiceError) {
    return { status: STATUS[error.kind], reason: error.reason, message: error.message };
  }
  logger.error({ err: error }, "a request of the page failed");
  return { status: 500, reason: "", message: "internal error" };
}

/** The body of a request as JSON. @throws ServiceError invalid FIELD_INVALID */
export async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    throw fieldInvalid("content-type", request.headers["content-type"] ?? "nothing", "application/json");
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    // What is too much is read on and let go: an answer in the middle of a request would break the connection.
    if (bytes <= LONGEST_BODY) parts.push(part);
  }
  if (bytes > LONGEST_BODY) throw fieldInvalid("body", `${bytes} bytes`, `at most ${LONGEST_BODY}`);
  try {
    const value = JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, as any other body that is no object.
  }
  throw fieldInvalid("body", "something else", "a JSON object");
}
