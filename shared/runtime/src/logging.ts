import { format } from "node:util";
import { isSpanContextValid, trace } from "@opentelemetry/api";
import { type LogAttributes, logs, SeverityNumber } from "@opentelemetry/api-logs";
import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import { currentProject } from "./auth/scope.js";
import { searchOf } from "./telemetry/context.js";

export type { Logger } from "pino";

const SEVERITIES: Record<string, SeverityNumber> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/**
 * A logger of JSON lines on standard error, or of lines for people where that is a terminal; each carries the service, the current trace and span, and the
 * search and project for which something is done. Once
 * telemetry is open, what is logged goes to the collector too.
 * @param options.destination takes the lines instead of standard error
 */
export function createLogger(options: { service: string; level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin() {
        const span = trace.getActiveSpan()?.spanContext();
        return {
          ...(span && isSpanContextValid(span) && { trace_id: span.traceId, span_id: span.spanId }),
          ...workedFor(),
        };
      },
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, args);
          emit(pino.levels.labels[level] ?? "info", args);
        },
      },
    },
    options.destination ?? (process.stderr.isTTY ? forPeople(2) : pino.destination({ dest: 2, sync: true })),
  );
}

/**
 * A line for each record: time, level, service, message, then the rest; without ids of traces, which nobody types.
 * @param destination a file descriptor, or what takes the lines
 */
export function forPeople(destination: 2 | NodeJS.WritableStream): DestinationStream {
  return pretty({
    destination,
    sync: true,
    translateTime: "HH:MM:ss",
    singleLine: true,
    ignore: "pid,hostname,service,trace_id,span_id",
    messageFormat: "{service}: {msg}",
  });
}

/** Gives OpenTelemetry what pino was given: (message, ...values) or (fields, message, ...values). */
function emit(label: string, args: unknown[]): void {
  const [fields, words] = typeof args[0] === "object" && args[0] !== null ? [args[0], args.slice(1)] : [{}, args];
  const { err, ...others } = fields as Record<string, unknown>;
  const body = words.length > 0 ? format(...words) : err instanceof Error ? err.message : "";
  logs.getLogger("climb").emit({
    severityText: label,
    severityNumber: SEVERITIES[label] ?? SeverityNumber.INFO,
    body,
    attributes: { ...attributesOf(others), ...workedFor() },
    exception: err,
  });
}

/** The search and the project for which something is done here, by the names that spans have for them. */
function workedFor(): Record<string, string> {
  const [search, project] = [searchOf(), currentProject()];
  return {
    ...(search !== undefined && { "climb.search.id": search }),
    ...(project !== undefined && { "climb.project.id": project }),
  };
}

/** Fields as attributes: plain values as they are, others as JSON. */
function attributesOf(fields: Record<string, unknown>): LogAttributes {
  const attributes: LogAttributes = {};
  for (const [name, value] of Object.entries(fields)) {
    const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    attributes[name] = plain ? value : JSON.stringify(value);
  }
  return attributes;
}
