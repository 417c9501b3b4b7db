import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ServiceError } from "../errors.js";
import { withSpan } from "../telemetry/span.js";
import { type Client, createClient } from "./client.js";
import { EchoDefinition } from "./fixtures.js";
import { implement } from "./implement.js";
import { type RunningServer, serveRpc } from "./server.js";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

let server: RunningServer;
let client: Client<typeof EchoDefinition>;
beforeAll(async () => {
  const service = implement(EchoDefinition, {
    echo: (message) => withSpan("work", {}, async () => message),
    once: async () => {
      throw new ServiceError("notFound", "RESOURCE_UNKNOWN", "there is none");
    },
    async *count(request) {
      trace.getActiveSpan()?.addEvent("counting");
      yield request;
      throw new TypeError("broken");
    },
  });
  server = await serveRpc({ address: "127.0.0.1:0", services: [service], logger: pino({ level: "silent" }) });
  client = createClient(EchoDefinition, `127.0.0.1:${server.port}`);
});
afterAll(async () => {
  client.close();
  await server.close();
});
afterEach(() => exporter.reset());

const request = { text: "hello", count: 1, blob: "" };
const find = (kind: SpanKind): ReadableSpan => {
  const span = exporter.getFinishedSpans().find((one) => one.kind === kind);
  if (!span) throw new Error("no such span");
  return span;
};

it("a call is one trace: the caller's span, the client's, the server's, and what the handler does", async () => {
  await withSpan("caller", {}, () => client.echo(request));
  const byId = new Map(exporter.getFinishedSpans().map((span) => [span.spanContext().spanId, span]));
  const line: string[] = [];
  let span = exporter.getFinishedSpans().find(({ name }) => name === "work");
  for (; span; span = byId.get(span.parentSpanContext?.spanId ?? "")) line.push(`${SpanKind[span.kind]} ${span.name}`);
  expect(line).toEqual([
    "INTERNAL work",
    "SERVER test.v1.EchoService/Echo",
    "CLIENT test.v1.EchoService/Echo",
    "INTERNAL caller",
  ]);
  expect(new Set([...byId.values()].map((one) => one.spanContext().traceId)).size).toBe(1);
  expect(find(SpanKind.SERVER).attributes).toEqual({
    "rpc.system.name": "grpc",
    "rpc.method": "test.v1.EchoService/Echo",
    "rpc.status_code": "OK",
  });
});

it("an error that tells the caller something marks the client's span and not the server's", async () => {
  await client.once(request).catch(() => {});
  expect(find(SpanKind.CLIENT).status.code).toBe(SpanStatusCode.ERROR);
  expect(find(SpanKind.SERVER).status.code).toBe(SpanStatusCode.UNSET);
  expect(find(SpanKind.SERVER).attributes["rpc.status_code"]).toBe("NOT_FOUND");
});

it("a handler's failure marks both, and only the server's span knows its text", async () => {
  const read = async () => {
    for await (const _ of client.count(request));
  };
  await read().catch(() => {});
  const server = find(SpanKind.SERVER);
  expect(server.events.map(({ name }) => name)).toEqual(["counting", "exception"]);
  expect(server.status).toMatchObject({ code: SpanStatusCode.ERROR, message: "broken" });
  expect(find(SpanKind.CLIENT).attributes).toMatchObject({ "rpc.status_code": "INTERNAL", "error.type": "INTERNAL" });
  expect(find(SpanKind.CLIENT).status.message).not.toContain("broken");
});

it("a stream that its reader leaves ends its span as cancelled", async () => {
  for await (const _ of client.count(request)) break;
  expect(find(SpanKind.CLIENT).attributes["rpc.status_code"]).toBe("CANCELLED");
});
