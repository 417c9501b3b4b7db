import { context, metrics, propagation } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { ATTR_SERVICE_NAME } from "@opentelemetry/semantic-conventions";
import type { Lifecycle } from "../lifecycle.js";

/**
 * Sends traces, metrics and logs to the collector at `endpoint` (OTLP over gRPC) and flushes them when the process
 * closes. Without an endpoint nothing is sent, and spans cost next to nothing; trace context is passed on either way.
 */
export function openTelemetry(lifecycle: Lifecycle, options: { service: string; endpoint?: string }): void {
  const propagator = new W3CTraceContextPropagator();
  if (!options.endpoint) {
    // A service that sends nothing must not cut the traces of others.
    propagation.setGlobalPropagator(propagator);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    return;
  }
  const resource = resourceFromAttributes({ [ATTR_SERVICE_NAME]: options.service });
  const url = options.endpoint;

  const tracing = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }), { scheduledDelayMillis: 500 })],
  });
  tracing.register({ propagator });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url }), exportIntervalMillis: 10_000 }),
    ],
  });
  metrics.setGlobalMeterProvider(meters);
  const logging = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url }) })],
  });
  logs.setGlobalLoggerProvider(logging);

  // A collector that is gone must not keep the process from ending: each flush has its own limit in the exporters.
  lifecycle.onClose("telemetry", async () => {
    await Promise.allSettled([tracing.shutdown(), meters.shutdown(), logging.shutdown()]);
  });
}
