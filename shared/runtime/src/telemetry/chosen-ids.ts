import { createHash } from "node:crypto";
import { type Context, type Span, type SpanContext, type SpanOptions, TraceFlags, trace } from "@opentelemetry/api";
import { type IdGenerator, RandomIdGenerator } from "@opentelemetry/sdk-trace-base";

/** Ids for one span that are not by chance. */
export interface ChosenIds {
  /** 16 hexadecimal digits. */
  spanId: string;
  /** 32 hexadecimal digits, for a span without a parent. */
  traceId: string;
}

const random = new RandomIdGenerator();
let chosen: ChosenIds | undefined;

/** Ids by chance, except for the span that {@link startChosenSpan} starts. */
export const idGenerator: IdGenerator = {
  generateSpanId: () => chosen?.spanId ?? random.generateSpanId(),
  generateTraceId: () => chosen?.traceId ?? random.generateTraceId(),
};

/** Starts a span with ids of one's own, so that others can tell them without having been told. */
export function startChosenSpan(ids: ChosenIds, name: string, options: SpanOptions, parent: Context): Span {
  chosen = ids;
  try {
    return trace.getTracer("climb").startSpan(name, options, parent);
  } finally {
    chosen = undefined;
  }
}

/**
 * The ids of the mark with which a delivery of a job begins. They follow from the job alone, so that whoever has the
 * next delivery can link to this one, though the process that had it is gone.
 * @param parent the context of whoever queued the job
 */
export function idsOfDelivery(queue: string, id: string, delivery: number, parent: Context): ChosenIds {
  const queued = trace.getSpanContext(parent);
  const traceId = queued?.traceId || digest(`trace ${queue} ${id}`).slice(0, 32);
  // A job that is done may be queued again, and then by another span.
  return { traceId, spanId: digest(`${traceId} ${queued?.spanId} ${queue} ${id} ${delivery}`).slice(0, 16) };
}

/** The context of the mark of a delivery, for a link. */
export function deliveryContext(queue: string, id: string, delivery: number, parent: Context): SpanContext {
  const traceFlags = trace.getSpanContext(parent)?.traceFlags ?? TraceFlags.SAMPLED;
  return { ...idsOfDelivery(queue, id, delivery, parent), traceFlags };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
