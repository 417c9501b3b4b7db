import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What an endpoint is asked. */
export interface Asked {
  model: string;
  input: string[];
}

/** An OpenAI-compatible endpoint on a port of its own, which goes with the test; each request is answered by `answer`. */
export async function remoteEndpoint(
  answer: (asked: Asked, response: ServerResponse, request: number) => void | Promise<void>,
) {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await answer(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asked, response, requests++);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => void server.close();
  onTestFinished(close);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, requests: () => requests, close };
}

/** An endpoint that counts the texts it is asked for; a text's vector is its length, its first letter's code and 1. */
export async function countingEndpoint() {
  let texts = 0;
  const { address } = await remoteEndpoint(({ input }, response) => {
    texts += input.length;
    const data = input.map((text, index) => ({ index, embedding: [text.length, text.charCodeAt(0), 1] }));
    response.end(JSON.stringify({ data }));
  });
  return { address, texts: () => texts };
}
