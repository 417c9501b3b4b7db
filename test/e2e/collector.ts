import { fileURLToPath } from "node:url";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

type Attributes = Record<string, string | number>;

export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentId: string;
  /** Seconds. */
  duration: number;
  failed: boolean;
  attributes: Attributes;
  events: { name: string; attributes: Attributes }[];
  links: { traceId: string; spanId: string; attributes: Attributes }[];
}

/** Stands in for an OpenTelemetry collector: keeps the spans it is sent. */
export interface Collector extends AsyncDisposable {
  endpoint: string;
  spans: CollectedSpan[];
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; intValue?: { toString(): string }; doubleValue?: number };
}

interface SpanMessage {
  traceId: Buffer;
  spanId: Buffer;
  parentSpanId?: Buffer;
  name: string;
  startTimeUnixNano: { toString(): string };
  endTimeUnixNano: { toString(): string };
  attributes?: KeyValue[];
  events?: { name: string; attributes?: KeyValue[] }[];
  links?: { traceId: Buffer; spanId: Buffer; attributes?: KeyValue[] }[];
  status?: { code?: number };
}

interface ExportRequest {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: SpanMessage[] }[] }[];
}

export async function startCollector(): Promise<Collector> {
  const definition = loadSync(fileURLToPath(new URL("./otlp.proto", import.meta.url)));
  const loaded = loadPackageDefinition(definition) as unknown as {
    opentelemetry: { proto: { collector: { trace: { v1: { TraceService: ServiceClientConstructor } } } } };
  };
  const spans: CollectedSpan[] = [];
  const server = new Server();
  server.addService(loaded.opentelemetry.proto.collector.trace.v1.TraceService.service, {
    Export(call: { request: ExportRequest }, callback: (error: null, response: object) => void) {
      for (const { resource, scopeSpans } of call.request.resourceSpans) {
        const service = String(plain(resource.attributes)["service.name"] ?? "");
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) spans.push(collected(service, span));
      }
      callback(null, {});
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}

function collected(service: string, span: SpanMessage): CollectedSpan {
  const nanoseconds = BigInt(span.endTimeUnixNano.toString()) - BigInt(span.startTimeUnixNano.toString());
  return {
    service,
    name: span.name,
    traceId: span.traceId.toString("hex"),
    spanId: span.spanId.toString("hex"),
    parentId: span.parentSpanId?.toString("hex") ?? "",
    duration: Number(nanoseconds) / 1e9,
    failed: span.status?.code === 2,
    attributes: plain(span.attributes),
    events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: plain(attributes) })),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
      traceId: traceId.toString("hex"),
      spanId: spanId.toString("hex"),
      attributes: plain(attributes),
    })),
  };
}

function plain(attributes: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? (value.intValue === undefined ? "" : Number(value.intValue.toString())),
    ]),
  );
}
