import { createHash, randomBytes } from "node:crypto";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { StoreServiceDefinition, type UploadRequest } from "@climb/proto/store/v1/store_service";
import { createClient, createLogger, serveRpc } from "@climb/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callContext, named, testService } from "../testing/service.js";
import { storeRoutes } from "./routes.js";

let service: Awaited<ReturnType<typeof testService>>;
let client: ReturnType<typeof createClient<typeof StoreServiceDefinition>>;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  service = await testService();
  const logger = createLogger({ service: "test", level: "silent" });
  const server = await serveRpc({ address: "127.0.0.1:0", services: [storeRoutes(service.platform)], logger });
  client = createClient(StoreServiceDefinition, `127.0.0.1:${server.port}`);
  closing.push(
    () => client.close(),
    () => server.close(),
    () => service.close(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const PIECE = 100_000;

async function* parts(bytes: Buffer, { offset = 0, sha256 = digestOf(bytes), breakAt = bytes.length } = {}) {
  const header = { sha256, sizeBytes: BigInt(bytes.length), offset: BigInt(offset) };
  yield { part: { $case: "header", value: header } } satisfies UploadRequest;
  for (let at = offset; at < bytes.length; at += PIECE) {
    if (at >= breakAt) throw new Error("the line broke");
    yield { part: { $case: "data", value: bytes.subarray(at, at + PIECE) } } satisfies UploadRequest;
  }
}

async function download(uri: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const { data } of client.download({ uri })) chunks.push(data);
  return Buffer.concat(chunks);
}

describe("an upload", () => {
  it("stores a file once, and gives it back", async () => {
    const bytes = randomBytes(12_345_678);
    const { artifact } = await client.upload(parts(bytes));
    expect(artifact).toEqual({
      uri: `climb://sha256/${digestOf(bytes)}`,
      sha256: digestOf(bytes),
      sizeBytes: BigInt(bytes.length),
    });
    expect((await download(artifact?.uri ?? "")).equals(bytes)).toBe(true);
    expect(await client.getUpload({ sha256: digestOf(bytes) })).toEqual({ artifact, offset: BigInt(bytes.length) });
    expect((await client.upload(parts(bytes))).artifact).toEqual(artifact);
  });

  it("takes an empty file", async () => {
    const { artifact } = await client.upload(parts(Buffer.alloc(0)));
    expect(artifact?.sizeBytes).toBe(0n);
  });

  it("goes on where it broke off", async () => {
    const bytes = randomBytes(20_000_000);
    await expect(client.upload(parts(bytes, { breakAt: 17_000_000 }))).rejects.toThrow();
    let offset = 0;
    for (let i = 0; i < 100 && offset < 16_000_000; i++) {
      offset = Number((await client.getUpload({ sha256: digestOf(bytes) })).offset);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(offset).toBeGreaterThan(8_000_000);
    const { artifact } = await client.upload(parts(bytes, { offset }));
    expect((await download(artifact?.uri ?? "")).equals(bytes)).toBe(true);
  });

  it("is refused if its digest, its size or its beginning does not fit", async () => {
    const bytes = randomBytes(1000);
    const invalid = { kind: "invalid", reason: "FIELD_INVALID" };
    await expect(client.upload(parts(bytes, { sha256: "0".repeat(64) }))).rejects.toMatchObject(invalid);
    await expect(client.upload(parts(bytes, { sha256: "short" }))).rejects.toMatchObject(invalid);
    await expect(client.upload(parts(bytes, { offset: 500 }))).rejects.toMatchObject(invalid);
    const headless = async function* () {
      yield { part: { $case: "data", value: bytes } } satisfies UploadRequest;
    };
    await expect(client.upload(headless())).rejects.toMatchObject(invalid);
    await expect(download("climb://sha256/none")).rejects.toMatchObject({ reason: "ARTIFACT_MISSING" });
  });
});

describe("garbage collection", () => {
  const grace = { seconds: 0n, nanos: 0 };
  const collect = async (dryRun = false, timeToLive = {}) => {
    const names: string[] = [];
    for await (const { name, bytes } of client.collectGarbage({ dryRun, timeToLive, grace })) {
      if (name) names.push(name);
      else names.push(`${bytes} bytes`);
    }
    return names;
  };

  it("removes what no resource refers to, itself or through a manifest, and says so beforehand", async () => {
    await collect();
    const { artifacts } = service.platform;
    const data = await artifacts.put("corpus/shard-0", Buffer.from("needed data"));
    const manifest = await artifacts.put("corpus/manifest.json", Buffer.from(JSON.stringify({ shards: [data] })));
    await artifacts.put("thing/owner/own.bin", Buffer.from("of the resource's own"));
    await artifacts.put("corpus/lost", Buffer.from("lost"));
    const kind = service.replica({ make: async () => named("nobody") });
    await kind.create({ id: "owner", warnings: [manifest.uri], requestId: "" }, callContext());
    await kind.calls.cancelPredictor({ id: "owner" });

    const lost = `climb://sha256/${digestOf(Buffer.from("lost"))}`;
    expect(await collect(true)).toEqual(["corpus/lost", lost, "4 bytes"]);
    expect(await artifacts.stat("corpus/lost")).toBeDefined();
    expect(await collect()).toEqual(["corpus/lost", lost, "4 bytes"]);
    expect(await artifacts.stat("corpus/lost")).toBeUndefined();
    for (const name of ["corpus/shard-0", "corpus/manifest.json", "thing/owner/own.bin"]) {
      expect(await artifacts.stat(name), name).toBeDefined();
    }
    await kind.calls.deletePredictor({ id: "owner" });
    expect((await collect()).at(-1)).toBe(`${11 + 21 + manifest.sizeBytes} bytes`);
    expect(await collect()).toEqual(["0 bytes"]);
  });

  it("leaves alone what is younger than the grace", async () => {
    const { artifacts } = service.platform;
    await artifacts.put("corpus/fresh", Buffer.from("fresh"));
    const names: string[] = [];
    for await (const { name } of client.collectGarbage({ dryRun: false, timeToLive: {}, grace: undefined })) {
      names.push(name);
    }
    expect(names).toEqual([""]);
    expect(await artifacts.stat("corpus/fresh")).toBeDefined();
    await artifacts.remove("corpus/fresh");
  });

  it("forgets resources that are past their time to live, unless another needs them", async () => {
    const kind = service.replica({ make: async () => named("nobody") });
    for (const [id, warnings] of [
      ["old-part", []],
      ["old-whole", ["old-part"]],
    ] as const) {
      await kind.create({ id, warnings: [...warnings], requestId: "" }, callContext());
      await kind.calls.cancelPredictor({ id });
    }
    const gone = await collect(false, { thing: { seconds: 0n, nanos: 0 } });
    expect(gone).toContain("thing old-whole");
    await collect(false, { thing: { seconds: 0n, nanos: 0 } });
    await expect(kind.calls.getPredictor({ id: "old-part" })).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
  });

  it("never removes what a resource that is being created refers to", async () => {
    const { artifacts } = service.platform;
    const kind = service.replica({ make: async () => named("nobody") });
    const hourGrace = { seconds: 3600n, nanos: 0 };
    for (let round = 0; round < 10; round++) {
      const name = `race/${round}`;
      const { sha256 } = await artifacts.put(name, Buffer.from(`content ${round}`));
      // Written two days ago, for a resource that is not there any more.
      for (const file of [`names/${name}`, `contents/${sha256.slice(0, 2)}/${sha256}`]) {
        const then = Date.now() / 1000 - 48 * 3600;
        await utimes(join(service.dataDir, "artifacts", file), then, then);
      }
      const create = async () => {
        const ref = await artifacts.keep(name);
        if (!ref) return undefined;
        await kind.create({ id: `race-${round}`, warnings: [ref.uri], requestId: "" }, callContext());
        return ref;
      };
      const sweep = async () => {
        for await (const _ of client.collectGarbage({ dryRun: false, timeToLive: {}, grace: hourGrace }));
      };
      const [, ref] = await Promise.all([sweep(), create(), sweep()]);
      await sweep();
      if (!ref) expect(await artifacts.stat(name)).toBeUndefined();
      else expect((await download(ref.uri)).toString()).toBe(`content ${round}`);
    }
  });
});
