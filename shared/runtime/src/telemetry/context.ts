import { type Context, context, isSpanContextValid, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";

/** What travels with a trace beside its ids, and is put on every span and log line on its way. */
const CARRIED = "climb.search.id" as const;
/** What a caller sends is taken over only if it looks like an id of ours. */
const ID = /^[A-Za-z0-9_-]{1,80}$/;

/** The current trace context as headers (W3C traceparent and baggage), for messages and jobs. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** The trace that is worked in, 32 hexadecimal digits; empty if there is none. */
export function currentTraceId(): string {
  const span = trace.getSpanContext(context.active());
  return span && isSpanContextValid(span) ? span.traceId : "";
}

/** The context that headers carry: the trace, and of its baggage the search alone. */
export function contextFromHeaders(headers: Record<string, string>): Context {
  const carried = propagation.extract(ROOT_CONTEXT, headers);
  const id = searchOf(carried);
  const bare = propagation.deleteBaggage(carried);
  return id ? withSearch(bare, id) : bare;
}

/** Does work for a search: all that it begins, in whatever process, carries the search's id. */
export function forSearch<T>(id: string, work: () => T): T {
  return context.with(withSearch(context.active(), id), work);
}

/** The search that is worked for, if it is known. */
export function searchOf(from: Context = context.active()): string | undefined {
  const id = propagation.getBaggage(from)?.getEntry(CARRIED)?.value;
  return id !== undefined && ID.test(id) ? id : undefined;
}

function withSearch(to: Context, id: string): Context {
  return propagation.setBaggage(to, propagation.createBaggage({ [CARRIED]: { value: id } }));
}
