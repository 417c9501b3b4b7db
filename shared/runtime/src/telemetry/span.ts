import { type Attributes, context, type Span, type SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = () => trace.getTracer("climb");

/** Runs `work` inside a span of the current trace; an error is recorded on the span and thrown on. */
export function withSpan<T>(
  name: string,
  options: { attributes?: Attributes; kind?: SpanKind },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, options, (span) => endWith(span, work));
}

/** Runs `work` and ends the span with it; an error is recorded on the span and thrown on. */
export async function endWith<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    span.end();
  }
}

/** A span of the current trace for what is over already. @param times milliseconds since 1970 */
export function recordSpan(
  name: string,
  times: { startMs: number; endMs: number },
  attributes: Attributes,
  failure?: string,
): void {
  const span = tracer().startSpan(name, { attributes, startTime: times.startMs }, context.active());
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(times.endMs);
}

/** Says more of the current span, if there is one. */
export function nameSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}
