import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line between a client and a server that breaks again and again. */
export interface BreakingLine extends AsyncDisposable {
  address: string;
  /** How often it broke so far. */
  breaks(): number;
}

/**
 * Opens a line to a server. Its first connections break, each after it has brought the client so many bytes; the others
 * hold.
 */
export async function openBreakingLine(server: string, afterBytes: number[]): Promise<BreakingLine> {
  const [host, port] = server.split(":");
  const sockets = new Set<Socket>();
  const limits = [...afterBytes];
  let broken = 0;
  const listener = createServer((client) => {
    const limit = limits.shift() ?? Number.POSITIVE_INFINITY;
    const upstream = connect(Number(port), host);
    const both = [client, upstream];
    const end = () => {
      for (const socket of both) socket.destroy();
    };
    let brought = 0;
    upstream.on("data", (chunk: Buffer) => {
      brought += chunk.length;
      if (brought < limit) return void client.write(chunk);
      broken++;
      end();
    });
    client.on("data", (chunk: Buffer) => upstream.write(chunk));
    for (const socket of both) {
      sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    breaks: () => broken,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
