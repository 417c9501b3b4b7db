import { Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";

/** A bare server of grpc-js on loopback, whose calls take and answer bytes as they are. */
export interface BytesServer {
  /** host:port. */
  address: string;
  close(): void;
}

/** @param calls what each call answers with, by its path ("/package.Service/Method") */
export async function startBytesServer(calls: Record<string, () => Buffer>): Promise<BytesServer> {
  const server = new Server();
  const bytes = (value: Buffer) => value;
  for (const [path, answer] of Object.entries(calls)) {
    const method = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    const handle: UntypedHandleCall = (_: unknown, reply: (error: null, answer: Buffer) => void) =>
      reply(null, answer());
    server.addService({ [path]: method }, { [path]: handle });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
