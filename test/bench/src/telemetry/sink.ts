import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

/** Takes whatever is sent to it by OTLP over gRPC, says that it has it, and counts the bytes. */
export interface Sink {
  endpoint: string;
  bytes(): number;
  close(): void;
}

/** Stands in for a collector, at the least cost: what is measured is the sender. */
export async function openSink(): Promise<Sink> {
  let bytes = 0;
  const server = createServer();
  server.on("stream", (stream) => {
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    stream.on("error", () => {});
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    // An empty answer is a message of no bytes.
    stream.on("end", () => stream.end(Buffer.alloc(5)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, bytes: () => bytes, close: () => server.close() };
}
