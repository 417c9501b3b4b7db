import { trace } from "@opentelemetry/api";
import { logs, SeverityNumber } from "@opentelemetry/api-logs";
import { type Logger, pino } from "pino";

export type { Logger } from "pino";

const SEVERITIES: Record<string, SeverityNumber> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/** A logger of JSON lines on standard error; each line carries the service and the current trace and span. */
export function createLogger(options: { service: string; level: string }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin() {
        const span = trace.getActiveSpan()?.spanContext();
        return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
      },
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, args);
          const [first, second] = args as unknown[];
          const label = pino.levels.labels[level] ?? "info";
          logs.getLogger("climb").emit({
            severityText: label,
            severityNumber: SEVERITIES[label] ?? SeverityNumber.INFO,
            body: typeof first === "string" ? first : String(second ?? ""),
          });
        },
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
