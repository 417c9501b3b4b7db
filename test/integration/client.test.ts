import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClimbError, type ConnectOptions, connect, finished, isUnavailable, WorkFailedError } from "@climb/client";
import { JobState } from "@climb/proto/common/v1/job";
import { Search, SearchServiceDefinition } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition, type UploadRequest } from "@climb/proto/store/v1/store_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { createLogger, implement, type RpcService, ServiceError, serveRpc } from "@climb/runtime";
import { temporaryDirectory } from "@climb/testkit";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";

const logger = createLogger({ service: "test", level: "silent" });
const away = () => new ServiceError("unavailable", "PEER_UNREACHABLE", "away");

/** A client of a server that answers as a test wants. */
async function served(services: RpcService[], options: ConnectOptions = {}) {
  const server = await serveRpc({ address: "127.0.0.1:0", services, logger });
  const climb = connect(`127.0.0.1:${server.port}`, { patienceMs: 5000, ...options });
  return {
    climb,
    async [Symbol.asyncDispose]() {
      climb.close();
      await server.close();
    },
  };
}

const searchThat = (handlers: object) => implement(SearchServiceDefinition, handlers as never);
const storeThat = (handlers: object) => implement(StoreServiceDefinition, handlers as never);
const searchIn = (state: JobState, more: object = {}) =>
  Search.fromPartial({ id: "s", status: { state, ...more } } as never);

describe("a call", () => {
  it("that the contract marks as idempotent is made again while the server is away, another is not", async () => {
    const asked = { get: 0, lease: 0 };
    const getSearch = async () => {
      if (++asked.get < 3) throw away();
      return { search: searchIn(JobState.JOB_STATE_PENDING) };
    };
    const leaseRun = async () => {
      asked.lease++;
      throw away();
    };
    const training = implement(TrainingServiceDefinition, { leaseRun } as never);
    await using suite = await served([searchThat({ getSearch }), training]);
    expect((await suite.climb.search.getSearch({ id: "s" })).search?.id).toBe("s");
    await expect(suite.climb.training.leaseRun({ trainer: "ours" })).rejects.toSatisfy(isUnavailable);
    expect(asked).toEqual({ get: 3, lease: 1 });
  });

  it("that fails for good says the server's reason at once", async () => {
    let asked = 0;
    const getSearch = async () => {
      asked++;
      throw new ServiceError("notFound", "RESOURCE_UNKNOWN", "there is no search x", { kind: "search", id: "x" });
    };
    await using suite = await served([searchThat({ getSearch })]);
    const error = await suite.climb.search.getSearch({ id: "x" }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ClimbError);
    const told = { code: 5, reason: "RESOURCE_UNKNOWN", metadata: { kind: "search", id: "x" } };
    expect(error).toMatchObject({ ...told, message: "there is no search x" });
    expect(asked).toBe(1);
  });

  it("ends with its deadline once patience is over, and with the caller's reason when its signal fires", async () => {
    const getSearch = () => new Promise<never>(() => {});
    await using suite = await served([searchThat({ getSearch })], { patienceMs: 300, timeoutMs: 100 });
    await expect(suite.climb.search.getSearch({ id: "s" })).rejects.toMatchObject({ code: 4 });
    const stop = new AbortController();
    const call = suite.climb.search.getSearch({ id: "s" }, { signal: stop.signal, timeoutMs: 60_000 });
    stop.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });

  it("carries the token of the moment, and never in plain text beyond loopback", async () => {
    const seen: unknown[] = [];
    const server = new Server();
    server.register(
      "/climb.search.v1.SearchService/GetSearch",
      (call: { metadata: { get(key: string): unknown[] } }, answer: (error: null, bytes: Buffer) => void) => {
        seen.push(...call.metadata.get("authorization"));
        answer(null, Buffer.alloc(0));
      },
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      "unary",
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    let token = "first";
    const climb = connect(`127.0.0.1:${port}`, { token: () => token });
    await climb.search.getSearch({ id: "s" });
    token = "second";
    await climb.search.getSearch({ id: "s" });
    climb.close();
    server.forceShutdown();
    expect(seen).toEqual(["Bearer first", "Bearer second"]);
    expect(() => connect("climb.example:443", { token: "secret" })).toThrow("plain text");
    connect("climb.example:443", { token: "secret", tls: {} }).close();
  });
});

describe("a watch", () => {
  it("that breaks off goes on behind the last sequence, with nothing twice", async () => {
    const asked: bigint[] = [];
    async function* watchSearch({ afterSequence }: { afterSequence: bigint }) {
      asked.push(afterSequence);
      for (let sequence = afterSequence + 1n; sequence <= 5n; sequence++) {
        if (sequence % 2n === 1n && asked.length === Number(sequence + 1n) / 2) throw away();
        const state = sequence === 5n ? JobState.JOB_STATE_SUCCEEDED : JobState.JOB_STATE_RUNNING;
        yield { sequence, search: searchIn(state) };
      }
    }
    await using suite = await served([searchThat({ watchSearch })]);
    const sequences: bigint[] = [];
    for await (const { sequence } of suite.climb.search.watchSearch({ id: "s" })) sequences.push(sequence);
    expect(sequences).toEqual([1n, 2n, 3n, 4n, 5n]);
    expect(asked).toEqual([0n, 0n, 2n, 4n]);
  });

  it("that is left ends at the server", async () => {
    let left: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      left = resolve;
    });
    async function* watchSearch(_: unknown, { signal }: { signal: AbortSignal }) {
      signal.addEventListener("abort", left);
      for (let sequence = 1n; ; sequence++) {
        yield { sequence, search: searchIn(JobState.JOB_STATE_RUNNING) };
        await new Promise((resolve) => setTimeout(resolve, 10));
        signal.throwIfAborted();
      }
    }
    await using suite = await served([searchThat({ watchSearch })]);
    for await (const { sequence } of suite.climb.search.watchSearch({ id: "s" })) if (sequence === 3n) break;
    await ended;
  });

  it("is read to the end of the work, whose failure says why", async () => {
    async function* watchSearch({ id }: { id: string }) {
      yield { sequence: 1n, search: searchIn(JobState.JOB_STATE_RUNNING) };
      const failure = { reason: "DISK_FULL", message: "the disk is full", metadata: { path: "/x" } };
      if (id === "fails") yield { sequence: 2n, search: searchIn(JobState.JOB_STATE_FAILED, { failure }) };
      else yield { sequence: 2n, search: searchIn(JobState.JOB_STATE_SUCCEEDED) };
    }
    await using suite = await served([searchThat({ watchSearch })]);
    const states: (JobState | undefined)[] = [];
    const search = await finished(suite.climb.search.watchSearch({ id: "works" }), ({ status }) =>
      states.push(status?.state),
    );
    expect(search.id).toBe("s");
    expect(states).toEqual([JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_SUCCEEDED]);
    const failed = finished(suite.climb.search.watchSearch({ id: "fails" }));
    await expect(failed).rejects.toMatchObject({ reason: "DISK_FULL", metadata: { path: "/x" } });
    await expect(failed).rejects.toBeInstanceOf(WorkFailedError);
  });
});

describe("files", () => {
  const bytes = Buffer.alloc(3_500_000, "climb ");
  const sha256 = createHash("sha256").update(bytes).digest("hex");

  it("are uploaded from where an upload broke off, and not at all if they are there", async () => {
    let stored = Buffer.alloc(0);
    const offsets: number[] = [];
    const artifact = () => ({ uri: `climb://sha256/${sha256}`, sha256, sizeBytes: BigInt(stored.length) });
    const getUpload = async () => {
      const whole = stored.length === bytes.length;
      return { offset: BigInt(stored.length), artifact: whole ? artifact() : undefined };
    };
    const upload = async (requests: AsyncIterable<UploadRequest>) => {
      for await (const { part } of requests) {
        if (part?.$case === "header") offsets.push(Number(part.value.offset));
        if (part?.$case === "data") stored = Buffer.concat([stored, part.value]);
        if (offsets.length === 1 && stored.length > 1_500_000) throw away();
      }
      return { artifact: artifact() };
    };
    await using suite = await served([storeThat({ getUpload, upload })]);
    await using folder = await temporaryDirectory();
    const path = join(folder.path, "labels.jsonl");
    writeFileSync(path, bytes);
    expect(await suite.climb.upload(path)).toBe(`climb://sha256/${sha256}/labels.jsonl`);
    expect(stored.equals(bytes)).toBe(true);
    expect(offsets).toHaveLength(2);
    expect(offsets[1]).toBeGreaterThan(1_500_000);
    expect(await suite.climb.upload(path)).toBe(`climb://sha256/${sha256}/labels.jsonl`);
    expect(offsets).toHaveLength(2);
  });

  it("are downloaded again when a download breaks off, whole and as promised or not at all", async () => {
    let asked = 0;
    async function* download() {
      yield { data: bytes.subarray(0, 1_000_000) };
      if (++asked === 1) throw away();
      for (let from = 1_000_000; from < bytes.length; from += 1_000_000)
        yield { data: bytes.subarray(from, from + 1_000_000) };
    }
    await using suite = await served([storeThat({ download })]);
    await using folder = await temporaryDirectory();
    const artifact = { uri: "climb://sha256/x", sha256, sizeBytes: BigInt(bytes.length) };
    const [path = ""] = await suite.climb.download({ "by-domain/d00/a.parquet": artifact }, folder.path);
    expect(path).toBe(join(folder.path, "by-domain/d00/a.parquet"));
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(asked).toBe(2);

    const other = { ...artifact, sha256: "0".repeat(64) };
    await expect(suite.climb.download({ other }, folder.path)).rejects.toThrow(`expected ${other.sha256}`);
    expect(readdirSync(folder.path)).toEqual(["by-domain"]);
  });

  it("never leave the folder that they are downloaded into", async () => {
    await using suite = await served([storeThat({})]);
    await using folder = await temporaryDirectory();
    const inside = join(folder.path, "inside");
    const artifact = { uri: "climb://sha256/x", sha256, sizeBytes: 1n };
    for (const name of ["../outside", "/tmp/outside", "a/../../outside", ".."])
      await expect(suite.climb.download({ [name]: artifact }, inside)).rejects.toThrow("leads out of");
    expect(existsSync(join(folder.path, "outside"))).toBe(false);
  });
});
