import { type Span as ApiSpan, type Context, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { hrTimeToMilliseconds } from "@opentelemetry/core";
import {
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type Span,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import { currentProject } from "../auth/scope.js";
import { searchOf } from "./context.js";

/** What lasts so long is kept, whatever the ratio of the traces that are. */
const LONG_MS = 60_000;
/** Spans that wait in this process for an error in their trace; the longest untouched traces go first. */
const HELD_SPANS = 4000;
/** Traces that are remembered for having been kept. */
const KEPT_TRACES = 1000;

const atOnce = new WeakSet<object>();

/** Has a span sent as soon as it ends, together with what waits to be sent: others hang on it. */
export function sendAtOnce(span: ApiSpan): void {
  atOnce.add(span);
}

/**
 * Samples a share of the traces by their ids, so that every process says the same, and as the caller's trace was. What is
 * not sampled is recorded all the same: it may turn out to be worth keeping.
 * @param ratio 0 to 1
 */
export function ratioSampler(ratio: number): Sampler {
  const byId = new TraceIdRatioBasedSampler(ratio);
  return {
    shouldSample(parent: Context, traceId: string) {
      const caller = trace.getSpanContext(parent);
      const sampled = caller
        ? (caller.traceFlags & TraceFlags.SAMPLED) !== 0
        : byId.shouldSample(parent, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
      return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD };
    },
    toString: () => `ratio ${ratio}, errors and long spans`,
  };
}

/**
 * Passes on what is sampled, and of the rest every trace with an error or with a span that lasted long, as far as this
 * process saw it; puts on each span for which search and project it is.
 */
export function keepErrorsAndLong(next: SpanProcessor): SpanProcessor {
  const held = new Map<string, ReadableSpan[]>();
  const kept = new Set<string>();
  let heldSpans = 0;
  let flushing = false;

  const take = (traceId: string): ReadableSpan[] => {
    const spans = held.get(traceId) ?? [];
    held.delete(traceId);
    heldSpans -= spans.length;
    return spans;
  };
  const hold = (traceId: string, span: ReadableSpan) => {
    const spans = [...take(traceId), span];
    held.set(traceId, spans);
    heldSpans += spans.length;
    for (const oldest of held.keys()) {
      if (heldSpans <= HELD_SPANS) break;
      take(oldest);
    }
  };
  const keep = (traceId: string) => {
    kept.add(traceId);
    for (const oldest of kept) {
      if (kept.size <= KEPT_TRACES) break;
      kept.delete(oldest);
    }
    for (const span of take(traceId)) next.onEnd(asSampled(span));
  };
  const flushSoon = () => {
    if (flushing) return;
    flushing = true;
    // Marks of one turn are sent in one request. A collector that is away is the exporter's to tell of.
    setImmediate(() => {
      flushing = false;
      void next.forceFlush().catch(() => {});
    });
  };

  return {
    onStart(span: Span, parent: Context) {
      const [search, project] = [searchOf(parent), currentProject()];
      if (search !== undefined) span.setAttribute("climb.search.id", search);
      if (project !== undefined) span.setAttribute("climb.project.id", project);
      next.onStart(span, parent);
    },
    onEnd(span) {
      const { traceId, traceFlags } = span.spanContext();
      if ((traceFlags & TraceFlags.SAMPLED) !== 0) next.onEnd(span);
      else {
        const interesting = span.status.code === SpanStatusCode.ERROR || hrTimeToMilliseconds(span.duration) >= LONG_MS;
        if (interesting) keep(traceId);
        if (kept.has(traceId)) next.onEnd(asSampled(span));
        else hold(traceId, span);
      }
      if (atOnce.has(span)) flushSoon();
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  };
}

/** A span as if it had been sampled: exporters leave out others. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => context } }) as ReadableSpan;
}
