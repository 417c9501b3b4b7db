import { Server, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import { context, metrics, trace } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { createLifecycle } from "../lifecycle.js";
import { createLogger } from "../logging.js";
import { contextFromHeaders, traceHeaders } from "./context.js";
import { openTelemetry } from "./sdk.js";
import { withSpan } from "./span.js";

/** A collector that keeps the bytes it gets, by signal. Texts stand in protobuf as they are. */
async function collector() {
  const got: Record<string, string> = { trace: "", metrics: "", logs: "" };
  const server = new Server();
  for (const [signal, service] of [
    ["trace", "TraceService"],
    ["metrics", "MetricsService"],
    ["logs", "LogsService"],
  ] as const) {
    server.addService(
      {
        export: {
          path: `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`,
          requestStream: false,
          responseStream: false,
          requestSerialize: (bytes: Buffer) => bytes,
          requestDeserialize: (bytes: Buffer) => bytes,
          responseSerialize: (bytes: Buffer) => bytes,
          responseDeserialize: (bytes: Buffer) => bytes,
        },
      },
      {
        export: (call: { request: Buffer }, callback: sendUnaryData<Buffer>) => {
          got[signal] += call.request.toString("latin1");
          callback(null, Buffer.alloc(0));
        },
      },
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { got, endpoint: `http://127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

it("without a collector passes on the trace that it was given, across awaits and into log lines", async () => {
  await openTelemetry(createLifecycle(), { service: "quiet" });
  const lines: string[] = [];
  const logger = createLogger({
    service: "quiet",
    level: "info",
    destination: { write: (line) => void lines.push(line) },
  });
  logger.info("outside");
  const passed = await context.with(contextFromHeaders({ traceparent }), () =>
    withSpan("work", {}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      logger.warn({ rows: 3 }, "inside");
      return traceHeaders();
    }),
  );
  expect(passed).toEqual({ traceparent });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: "info", time: expect.any(String), service: "quiet", msg: "outside" },
    {
      level: "warn",
      time: expect.any(String),
      service: "quiet",
      trace_id: "0af7651916cd43dd8448eb211c80319c",
      span_id: "b7ad6b7169203331",
      rows: 3,
      msg: "inside",
    },
  ]);
  trace.disable();
  context.disable();
});

it("sends spans, metrics and logs to the collector before the process closes", async () => {
  const { got, endpoint, close } = await collector();
  const lifecycle = createLifecycle();
  await openTelemetry(lifecycle, { service: "clustering-under-test", endpoint });
  const logger = createLogger({ service: "clustering-under-test", level: "info", destination: { write: () => {} } });
  const failure = withSpan("kmeans-span", { attributes: { "climb.job.id": "job-17" } }, async () => {
    logger.error({ err: new Error("the cause"), shard: 12, file: "part-7.jsonl" }, "shard %d failed", 12);
    metrics.getMeter("climb").createCounter("climb.test.counter").add(1);
    throw new RangeError("span failure");
  });
  await expect(failure).rejects.toThrow("span failure");
  logger.debug("below the level");
  await lifecycle.close();
  close();
  for (const text of ["clustering-under-test", "kmeans-span", "climb.job.id", "job-17", "span failure"]) {
    expect(got.trace).toContain(text);
  }
  for (const text of ["clustering-under-test", "shard 12 failed", "part-7.jsonl", "the cause"]) {
    expect(got.logs).toContain(text);
  }
  expect(got.logs).not.toContain("below the level");
  expect(got.metrics).toContain("climb.test.counter");
});
