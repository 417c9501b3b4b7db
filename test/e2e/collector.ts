import { fileURLToPath } from "node:url";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentId: string;
}

/** Stands in for an OpenTelemetry collector: keeps the spans it is sent. */
export interface Collector extends AsyncDisposable {
  endpoint: string;
  spans: CollectedSpan[];
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: { traceId: Buffer; spanId: Buffer; parentSpanId?: Buffer; name: string }[] }[];
  }[];
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
        const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
        for (const { traceId, spanId, parentSpanId, name } of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({
            service,
            name,
            traceId: traceId.toString("hex"),
            spanId: spanId.toString("hex"),
            parentId: parentSpanId?.toString("hex") ?? "",
          });
        }
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
