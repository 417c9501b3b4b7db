import { Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";

/** Takes traces, metrics and logs as a collector does, and forgets them. */
export interface Collector {
  endpoint: string;
  /** Batches of spans that came. */
  exports(): number;
  close(): void;
}

const SIGNALS = { trace: "Trace", metrics: "Metrics", logs: "Logs" };

export async function startCollector(): Promise<Collector> {
  const server = new Server();
  let batches = 0;
  for (const [folder, name] of Object.entries(SIGNALS)) {
    const bytes = (value: Buffer) => value;
    const method = {
      path: `/opentelemetry.proto.collector.${folder}.v1.${name}Service/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    const take: UntypedHandleCall = (_: unknown, reply: (error: null, answer: Buffer) => void) => {
      if (folder === "trace") batches++;
      reply(null, Buffer.alloc(0));
    };
    server.addService({ Export: method }, { Export: take });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { endpoint: `http://127.0.0.1:${port}`, exports: () => batches, close: () => server.forceShutdown() };
}
