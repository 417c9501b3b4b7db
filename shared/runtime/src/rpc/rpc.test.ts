import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ServiceError } from "../errors.js";
import { type Client, createClient } from "./client.js";
import { EchoDefinition } from "./fixtures.js";
import { type Handlers, implement } from "./implement.js";
import { type RunningServer, serveRpc } from "./server.js";

type Echo = typeof EchoDefinition;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A server of some handlers on a free port, a client of it, and what the server logged. */
async function serve(handlers: Handlers<Echo>, options: { drainMs?: number; port?: number } = {}) {
  const logged: string[] = [];
  const server: RunningServer = await serveRpc({
    address: `127.0.0.1:${options.port ?? 0}`,
    services: [implement(EchoDefinition, handlers)],
    logger: pino({ level: "debug" }, { write: (line: string) => void logged.push(line) }),
    drainMs: options.drainMs ?? 500,
  });
  const client: Client<Echo> = createClient(EchoDefinition, `127.0.0.1:${server.port}`);
  open.push(server, client);
  return { server, client, logged };
}

/** A promise and what settles it. */
function later<T = void>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function* numbers(to: number) {
  for (let count = 1; count <= to; count++) yield { text: "", count, blob: "" };
}

const request = { text: "hello", count: 1, blob: "" };
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("nothing was thrown"),
    (error: unknown) => error,
  );
const collect = async <T>(stream: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
};

describe("calls", () => {
  it("between peers of a suite go past the proxies of the environment", async () => {
    for (const name of ["grpc_proxy", "https_proxy", "http_proxy"]) vi.stubEnv(name, "http://127.0.0.1:9");
    const { client } = await serve({ echo: async () => ({ text: "heard" }) as never });
    expect((await client.echo(request)).text).toBe("heard");
    vi.unstubAllEnvs();
  });

  it("answer once, with what the handler left out filled by the contract", async () => {
    const { client } = await serve({ echo: async ({ text }) => ({ text: text.toUpperCase() }) as never });
    expect(await client.echo(request)).toEqual({ text: "HELLO", count: 0, blob: "" });
  });

  it("stream responses in order", async () => {
    const { client } = await serve({ count: ({ count }) => numbers(count) });
    const answers = await collect(client.count({ ...request, count: 100 }));
    expect(answers.map(({ count }) => count)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it("stream requests", async () => {
    const { client } = await serve({
      async sum(requests) {
        let count = 0;
        for await (const one of requests) count += one.count;
        return { ...request, count };
      },
    });
    expect((await client.sum(numbers(1000))).count).toBe(500_500);
  });

  it("stream both ways at once", async () => {
    const { client } = await serve({
      async *chat(requests) {
        for await (const one of requests) yield { ...one, count: -one.count };
      },
    });
    expect((await collect(client.chat(numbers(50)))).map(({ count }) => -count)).toEqual(
      (await collect(numbers(50))).map(({ count }) => count),
    );
  });

  it("carry messages of many megabytes", async () => {
    const { client } = await serve({ echo: async (message) => message });
    const blob = "x".repeat(20 * 1024 * 1024);
    expect((await client.echo({ ...request, blob })).blob.length).toBe(blob.length);
  });

  it("without a handler are answered UNIMPLEMENTED", async () => {
    const { client, logged } = await serve({});
    expect(await thrown(client.echo(request))).toMatchObject({ code: status.UNIMPLEMENTED });
    expect(await thrown(collect(client.count(request)))).toMatchObject({ code: status.UNIMPLEMENTED });
    expect(logged).toEqual([]);
  });
});

describe("errors", () => {
  it.each([
    ["invalid", status.INVALID_ARGUMENT],
    ["notFound", status.NOT_FOUND],
    ["exists", status.ALREADY_EXISTS],
    ["wrongState", status.FAILED_PRECONDITION],
    ["exhausted", status.RESOURCE_EXHAUSTED],
    ["unavailable", status.UNAVAILABLE],
  ] as const)("of kind %s arrive with code, reason, message and metadata", async (kind, code) => {
    const { client, logged } = await serve({
      once: async () => {
        throw new ServiceError(kind, "RECORD_INVALID", "zeile 3: ß is no number", { line: "3", file: "a.jsonl" });
      },
    });
    const error = await thrown(client.once(request));
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      kind,
      code,
      reason: "RECORD_INVALID",
      message: "zeile 3: ß is no number",
      metadata: { line: "3", file: "a.jsonl" },
    });
    // A refusal for want of room is audited; nothing else is worth a line.
    const lines = logged.filter((line) => !(kind === "exhausted" && line.includes('"audit":"audit.refused"')));
    expect(lines).toEqual([]);
  });

  it("of a stream arrive after what was sent before", async () => {
    const { client } = await serve({
      async *count() {
        yield* numbers(3);
        throw new ServiceError("wrongState", "STATE_FORBIDS", "no more");
      },
    });
    const seen: number[] = [];
    const error = await thrown(
      (async () => {
        for await (const { count } of client.count(request)) seen.push(count);
      })(),
    );
    expect(seen).toEqual([1, 2, 3]);
    expect(error).toMatchObject({ reason: "STATE_FORBIDS", message: "no more" });
  });

  it("that are none of the caller's business stay inside, with their stack in the log", async () => {
    const { client, logged } = await serve({
      echo: async () => {
        throw new TypeError("password is hunter2");
      },
    });
    const error = (await thrown(client.echo(request))) as Error;
    expect(error).toMatchObject({ code: status.INTERNAL, details: "internal error" });
    expect(error.message).not.toContain("hunter2");
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? "")).toMatchObject({
      call: "/test.v1.EchoService/Echo",
      err: { message: "password is hunter2", stack: expect.stringContaining("rpc.test") },
    });
  });

  it("of the caller's own requests end the call and come back as they are", async () => {
    const { client } = await serve({
      async sum(requests) {
        for await (const _ of requests);
        return request;
      },
      async *chat(requests) {
        for await (const one of requests) yield one;
      },
    });
    async function* broken() {
      yield request;
      throw new RangeError("no second request");
    }
    await expect(client.sum(broken())).rejects.toThrow("no second request");
    await expect(collect(client.chat(broken()))).rejects.toThrow("no second request");
  });

  it("of a server that is not there say so", async () => {
    const client = createClient(EchoDefinition, "127.0.0.1:1");
    open.push(client);
    expect(await thrown(client.once(request))).toMatchObject({ kind: "unavailable", reason: "PEER_UNREACHABLE" });
  });

  it("of a port that is taken name the address", async () => {
    const { server } = await serve({});
    await expect(serve({}, { port: server.port })).rejects.toMatchObject({
      reason: "PEER_UNREACHABLE",
      message: expect.stringContaining(`127.0.0.1:${server.port}`),
    });
  });
});

describe("the end of a call", () => {
  it("at its deadline is heard on both sides", async () => {
    const told = later<unknown>();
    const { client, logged } = await serve({
      echo: (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            told.resolve(signal.reason);
            reject(signal.reason);
          });
        }),
    });
    expect(await thrown(client.echo(request, { timeoutMs: 100 }))).toMatchObject({ reason: "PEER_UNREACHABLE" });
    expect(await told.promise).toBeInstanceOf(Error);
    expect(logged).toEqual([]);
  });

  it("by the caller's signal is heard by the handler, and the caller hears the signal's reason", async () => {
    const begun = later();
    const told = later();
    const { client } = await serve({
      echo: async (_, { signal }) => {
        signal.addEventListener("abort", () => told.resolve());
        begun.resolve();
        await told.promise;
        return request;
      },
    });
    const controller = new AbortController();
    const call = thrown(client.echo(request, { signal: controller.signal }));
    await begun.promise;
    controller.abort(new Error("changed my mind"));
    expect(await call).toMatchObject({ message: "changed my mind" });
    await told.promise;
  });

  it("before it began sends nothing", async () => {
    let calls = 0;
    const { client } = await serve({ echo: async (message) => ({ ...message, count: ++calls }) });
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(client.echo(request, { signal })).rejects.toThrow("too late");
    await expect(collect(client.count(request, { signal }))).rejects.toThrow("too late");
    expect(calls).toBe(0);
  });

  it("of a stream whose reader stops closes the handler's generator", async () => {
    const closed = later();
    const { client, logged } = await serve({
      async *count(_, { signal }) {
        try {
          for (let count = 1; ; count++) {
            yield { ...request, count };
            await sleep(1, undefined, { signal });
          }
        } finally {
          closed.resolve();
        }
      },
    });
    for await (const { count } of client.count(request)) if (count === 3) break;
    await closed.promise;
    expect(logged).toEqual([]);
  });

  it("leaves no listener on a signal that lives on", async () => {
    const { client } = await serve({ echo: async (message) => message, count: ({ count }) => numbers(count) });
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, "addEventListener");
    const remove = vi.spyOn(signal, "removeEventListener");
    for (let i = 0; i < 5; i++) {
      await client.echo(request, { signal });
      await collect(client.count({ ...request, count: 2 }, { signal }));
    }
    expect(add).toHaveBeenCalledTimes(10);
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener));
  });
});

describe("back-pressure", () => {
  it("stops a generator whose reader is slow", async () => {
    let produced = 0;
    const { client } = await serve({
      async *count() {
        const blob = "x".repeat(256 * 1024);
        for (; produced < 2000; produced++) yield { ...request, blob };
      },
    });
    const stream = client.count(request)[Symbol.asyncIterator]();
    await stream.next();
    await sleep(300);
    // 2000 messages are half a gigabyte; some windows and buffers full are what may be under way.
    expect(produced).toBeLessThan(200);
    await stream.return?.();
  });
});

describe("retries", () => {
  it("repeat calls that the contract marks as idempotent while nobody answers", async () => {
    let tries = 0;
    const { client } = await serve({
      echo: async (message) => {
        if (++tries < 3) throw new ServiceError("unavailable", "PEER_UNREACHABLE", "not yet");
        return message;
      },
    });
    expect(await client.echo(request)).toEqual(request);
    expect(tries).toBe(3);
  });

  it("never repeat other calls, nor other errors", async () => {
    let tries = 0;
    const { client } = await serve({
      once: async () => {
        tries++;
        throw new ServiceError("unavailable", "PEER_UNREACHABLE", "not now");
      },
      echo: async () => {
        tries++;
        throw new ServiceError("invalid", "FIELD_INVALID", "never");
      },
    });
    await thrown(client.once(request));
    expect(tries).toBe(1);
    await thrown(client.echo(request));
    expect(tries).toBe(2);
  });
});

describe("the end of a server", () => {
  it("lets a running call finish and takes no new one", async () => {
    const begun = later();
    const finish = later();
    const { client, server } = await serve({
      once: async (message) => {
        begun.resolve();
        await finish.promise;
        return message;
      },
    });
    const call = client.once(request);
    await begun.promise;
    const closing = server.close();
    await sleep(20);
    const late = createClient(EchoDefinition, `127.0.0.1:${server.port}`);
    open.push(late);
    expect(await thrown(late.once(request))).toMatchObject({ kind: "unavailable" });
    finish.resolve();
    expect(await call).toEqual(request);
    await closing;
  });

  it("tells streams at once that it goes, so that nobody takes them for complete", async () => {
    const { client, server } = await serve({
      async *count(_, { signal }) {
        yield request;
        await sleep(60_000, undefined, { signal }).catch(() => {});
        // Ends quietly, as a follower of a log does.
      },
    });
    const stream = client.count(request)[Symbol.asyncIterator]();
    await stream.next();
    const begun = performance.now();
    const [next] = await Promise.all([thrown(stream.next()), server.close()]);
    expect(next).toMatchObject({ kind: "unavailable", message: "the server is closing" });
    expect(performance.now() - begun).toBeLessThan(400);
  });

  it("answers for handlers that do not end within the time to drain", async () => {
    const begun = later();
    const { client, server } = await serve(
      {
        once: () => {
          begun.resolve();
          return new Promise(() => {});
        },
        async *count() {
          yield request;
          await new Promise(() => {});
        },
      },
      { drainMs: 50 },
    );
    const stream = client.count(request)[Symbol.asyncIterator]();
    await stream.next();
    const errors = Promise.all([thrown(client.once(request)), thrown(stream.next())]);
    await begun.promise;
    const closing = performance.now();
    await server.close();
    expect(performance.now() - closing).toBeLessThan(2000);
    const gone = { kind: "unavailable", message: "the server is closing" };
    expect(await errors).toMatchObject([gone, gone]);
  });
});
