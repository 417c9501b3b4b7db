import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { createClient, createLogger, implement, type LimitConfig, serveRpc } from "@climb/runtime";
import { afterEach, describe, expect, it } from "vitest";

const MIB = 1024 * 1024;
const GENEROUS: LimitConfig = {
  CLIMB_LIMIT_CALLS: 100,
  CLIMB_LIMIT_CLIENT_CALLS: 100,
  CLIMB_LIMIT_BYTES: 64 * MIB,
  CLIMB_LIMIT_CLIENT_BYTES: 64 * MIB,
  CLIMB_LIMIT_RATE: 0,
};
const close: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

/** A store whose calls last until `release`, and which counts them. */
async function start(limits: Partial<LimitConfig>) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const seen = { now: 0, most: 0, all: 0 };
  const during = async () => {
    seen.all++;
    seen.most = Math.max(seen.most, ++seen.now);
    await released;
    seen.now--;
  };
  const service = implement(StoreServiceDefinition, {
    async getUpload() {
      await during();
      return { offset: 0n, artifact: undefined };
    },
    async upload(parts) {
      await during();
      for await (const _ of parts);
      return { artifact: undefined };
    },
  });
  const logger = createLogger({ service: "test", level: "silent" });
  const options = { services: [service], logger, limits: { ...GENEROUS, ...limits }, drainMs: 100 };
  const server = await serveRpc({ address: "127.0.0.1:0", ...options });
  const client = createClient(StoreServiceDefinition, `127.0.0.1:${server.port}`);
  close.push(() => server.close(), client.close);
  return { client, release, seen };
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
};

/** A digest as the contract takes it, of one letter. */
const digest = (letter: string) => letter.repeat(64);

async function* parts() {
  yield { part: { $case: "header" as const, value: { sha256: digest("0"), sizeBytes: 0n, offset: 0n } } };
}

describe("a server", () => {
  it("takes messages of 1 MiB, and larger ones only where the contract says that a call carries bulk", async () => {
    const { client, release, seen } = await start({});
    release();
    const withinSize = client.getUpload({ sha256: "x".repeat(MIB - 100) });
    await expect(withinSize).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    const tooLong = client.getUpload({ sha256: "x".repeat(MIB + 100) });
    await expect(tooLong).rejects.toMatchObject({
      reason: "MESSAGE_TOO_LARGE",
      message: expect.stringContaining("at most 1048576 bytes"),
      metadata: { expected: "1048576" },
    });
    const bulk = async function* () {
      yield* parts();
      yield { part: { $case: "data" as const, value: Buffer.alloc(4 * MIB) } };
    };
    await client.upload(bulk());
    expect(seen.all).toBe(1);
  });

  it("refuses a call above the limit of a caller at once, with the time after which to come again", async () => {
    const { client, release, seen } = await start({ CLIMB_LIMIT_CLIENT_CALLS: 2 });
    const calls = [client.getUpload({ sha256: digest("a") }), client.getUpload({ sha256: digest("b") })];
    await until(() => seen.now === 2);
    await expect(client.getUpload({ sha256: digest("c") })).rejects.toMatchObject({
      kind: "exhausted",
      reason: "LIMIT_REACHED",
      metadata: { limit: "CLIMB_LIMIT_CLIENT_CALLS" },
      retryAfterMs: 1000,
    });
    release();
    await Promise.all(calls);
    await client.getUpload({ sha256: digest("d") });
  });

  it("lets requests wait, unread, while those that are taken in fill their room, and takes them all in the end", async () => {
    // Uploads take messages of at most 5 MiB: there is room for two.
    const { client, release, seen } = await start({ CLIMB_LIMIT_CLIENT_BYTES: 11 * MIB });
    const uploads = Array.from({ length: 6 }, () => client.upload(parts()));
    await until(() => seen.now === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(seen.now).toBe(2);
    release();
    await Promise.all(uploads);
    expect(seen).toEqual({ now: 0, most: 2, all: 6 });
  });

  it("makes room when a caller hangs up", async () => {
    const { client, seen } = await start({ CLIMB_LIMIT_CLIENT_CALLS: 1 });
    const hangUp = new AbortController();
    const call = client.getUpload({ sha256: digest("a") }, { signal: hangUp.signal });
    await until(() => seen.now === 1);
    hangUp.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    const next = client.getUpload({ sha256: digest("b") }, { timeoutMs: 500 });
    await expect(next).rejects.toMatchObject({ reason: "PEER_UNREACHABLE" });
    expect(seen.all).toBe(2);
  });
});
