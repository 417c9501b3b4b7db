import { z } from "zod";

/** The variables that say what is told of a process, and to whom. */
export const telemetryVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .regex(/^https?:\/\//, "expected an http:// or https:// address")
    .optional()
    .describe("OpenTelemetry collector, OTLP over gRPC; unset sends nothing"),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("share of the traces that is sent; errors and what lasts longer than a minute always are"),
  CLIMB_SPAN_LIMIT_MS: z.coerce
    .number()
    .int()
    .min(1000)
    .default(3_600_000)
    .describe("work that lasts longer goes on in another span, a job in a trace of its own, linked to the one before"),
  CLIMB_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe("port for Prometheus (/metrics) and for health by HTTP (/livez, /readyz); unset opens none"),
};
