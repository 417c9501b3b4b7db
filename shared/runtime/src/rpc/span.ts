import { status } from "@grpc/grpc-js";
import { type Attributes, type Context, context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
} from "@opentelemetry/semantic-conventions";
import { recordSeconds } from "../telemetry/metrics.js";

/** Codes that mean the server failed; others tell the caller something and leave the server's span unmarked. */
const SERVER_FAULTS = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** One call, measured: a span and a duration in seconds, named as the semantic conventions for gRPC have them. */
export interface CallSpan {
  /** Runs work with the span as the current one. */
  run<T>(work: () => T): T;
  /** Ends the span with the call's gRPC code. A second call does nothing. */
  end(code: status, error?: unknown): void;
}

/** @param path "/package.Service/Method" */
export function startCallSpan(
  path: string,
  kind: SpanKind.CLIENT | SpanKind.SERVER,
  parent: Context = context.active(),
): CallSpan {
  const method = path.slice(1);
  const attributes: Attributes = { [ATTR_RPC_SYSTEM_NAME]: "grpc", [ATTR_RPC_METHOD]: method };
  const span: Span = trace.getTracer("climb").startSpan(method, { attributes, kind }, parent);
  const begun = performance.now();
  let open = true;
  return {
    run: (work) => context.with(trace.setSpan(parent, span), work),
    end(code, error) {
      if (!open) return;
      open = false;
      const ended: Attributes = { [ATTR_RPC_STATUS_CODE]: status[code] };
      if (kind === SpanKind.CLIENT ? code !== status.OK : SERVER_FAULTS.has(code)) {
        ended[ATTR_ERROR_TYPE] = status[code];
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : status[code] });
        if (error instanceof Error) span.recordException(error);
      }
      span.setAttributes(ended);
      span.end();
      const seconds = (performance.now() - begun) / 1000;
      const metric = kind === SpanKind.CLIENT ? "clientCall" : "serverCall";
      recordSeconds(metric, seconds, { ...attributes, ...ended }, span.spanContext());
    },
  };
}
