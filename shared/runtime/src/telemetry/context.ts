import { type Context, context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

/** The current trace context as headers (W3C traceparent), for messages and jobs. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** The context that headers carry. */
export function contextFromHeaders(headers: Record<string, string>): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}
