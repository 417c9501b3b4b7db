import { context, metrics, propagation } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api-logs";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { type IMetricReader, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { ATTR_SERVICE_NAME } from "@opentelemetry/semantic-conventions";
import type { Lifecycle } from "../lifecycle.js";
import { idGenerator } from "./chosen-ids.js";
import { type MetricsServer, serveMetrics } from "./http.js";
import { keepErrorsAndLong, ratioSampler } from "./keep.js";
import { setSpanLimit } from "./long-span.js";
import { measureProcess } from "./process-metrics.js";

export interface TelemetryOptions {
  service: string;
  /** A collector, to which traces, metrics and logs are sent (OTLP over gRPC). */
  endpoint?: string | undefined;
  /** Offers metrics to Prometheus on this port of every address; 0 takes a free one. */
  metricsPort?: number | undefined;
  /** Share of the traces that is sent; errors and what lasts long always are. All, unless given. */
  traceRatio?: number | undefined;
  /** Spans end after so many milliseconds and go on in another one; an hour, unless given. */
  spanLimitMs?: number | undefined;
}

/**
 * Opens what is wanted of telemetry and flushes it when the process closes. Without a collector nothing is sent, and
 * spans cost next to nothing; trace context is passed on either way.
 * @returns the metrics' server, if there is one
 * @throws ServiceError unavailable PEER_UNREACHABLE if the metrics' port cannot be had
 */
export async function openTelemetry(
  lifecycle: Lifecycle,
  { service, endpoint, metricsPort, traceRatio = 1, spanLimitMs }: TelemetryOptions,
): Promise<MetricsServer | undefined> {
  const resource = resourceFromAttributes({ [ATTR_SERVICE_NAME]: service });
  const propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  if (spanLimitMs !== undefined) setSpanLimit(spanLimitMs);
  const closing: (() => Promise<void>)[] = [];
  if (endpoint) {
    const tracing = new NodeTracerProvider({
      resource,
      sampler: ratioSampler(traceRatio),
      idGenerator,
      spanProcessors: [
        keepErrorsAndLong(
          new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint }), { scheduledDelayMillis: 500 }),
        ),
      ],
    });
    tracing.register({ propagator });
    const logging = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: endpoint }) })],
    });
    logs.setGlobalLoggerProvider(logging);
    closing.push(
      () => tracing.shutdown(),
      () => logging.shutdown(),
    );
  } else {
    // A service that sends nothing must not cut the traces of others.
    propagation.setGlobalPropagator(propagator);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  const readers: IMetricReader[] = [];
  if (endpoint) {
    const exporter = new OTLPMetricExporter({ url: endpoint });
    readers.push(new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 10_000 }));
  }
  const prometheus =
    metricsPort === undefined
      ? undefined
      : new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  if (prometheus) readers.push(prometheus);
  if (readers.length > 0) {
    const meters = new MeterProvider({ resource, readers });
    metrics.setGlobalMeterProvider(meters);
    const stop = measureProcess(meters);
    closing.push(async () => {
      stop();
      await meters.shutdown();
    });
  }
  // A collector that is gone must not keep the process from ending: each flush has its own limit in the exporters.
  lifecycle.onClose("telemetry", async () => {
    await Promise.allSettled(closing.map((close) => close()));
  });
  return prometheus && serveMetrics(lifecycle, prometheus, metricsPort ?? 0);
}
