import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLifecycle,
  createLogger,
  implement,
  type Lifecycle,
  type MessageType,
  type ServiceDefinition,
  serveRpc,
} from "@climb/runtime";
import Database from "libsql";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readWhole } from "../artifact-store/index.js";
import { type EmbeddedPlatform, openEmbeddedPlatform } from "./embedded.js";

interface Message {
  text: string;
}
const Message: MessageType<Message> = {
  encode: ({ text }) => ({ finish: () => Buffer.from(text, "utf8") }),
  decode: (bytes) => ({ text: Buffer.from(bytes).toString("utf8") }),
  fromPartial: (value: Partial<Message>) => ({ text: "", ...value }),
};
const echo = {
  name: "Echo",
  requestType: Message,
  requestStream: false,
  responseType: Message,
  responseStream: false,
  options: {},
} as const;
const EchoDefinition = {
  name: "EchoService",
  fullName: "test.v1.EchoService",
  methods: { echo },
} as const satisfies ServiceDefinition;

const logger = createLogger({ service: "test", level: "silent" });
const request = { text: "hello" };
const value = (record: string) => ({
  index: { state: "DONE", owner: "", labels: {}, createTimeMs: 1 },
  record: Buffer.from(record),
});

let dataDir: string;
let lifecycle: Lifecycle;
let platform: EmbeddedPlatform;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "climb-platform-"));
  lifecycle = createLifecycle();
  platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
});
afterEach(async () => {
  await lifecycle.close();
  await rm(dataDir, { recursive: true, force: true });
});

it("connects to the suite's own port once that is known, whatever address is asked for", async () => {
  const client = platform.connect(EchoDefinition, "elsewhere:1");
  expect(() => client.echo(request)).toThrow("still starting");
  const server = await serveRpc({
    address: "127.0.0.1:0",
    services: [implement(EchoDefinition, { echo: async (message) => message })],
    logger,
  });
  lifecycle.onClose("server", () => server.close());
  platform.setAddress(`127.0.0.1:${server.port}`);
  expect(await client.echo(request)).toEqual(request);
});

it("gives clients that can be awaited and handed through promises before the port is known", async () => {
  const client = await Promise.resolve(platform.connect(EchoDefinition, ""));
  expect(() => client.echo(request)).toThrow("still starting");
});

it("opens each queue once", () => {
  expect(platform.queue("one")).toBe(platform.queue("one"));
  expect(platform.queue("one")).not.toBe(platform.queue("two"));
});

it("tells what lies in every queue that was used: what waits, what is in hand, what was given up", async () => {
  const queue = platform.queue("counted");
  await queue.enqueue(["a", "b", "c", "d"].map((id) => ({ id, payload: Buffer.from("x") })));
  const [held, dead] = [await queue.lease({ waitMs: 1000 }), await queue.lease({ waitMs: 1000 })];
  await dead?.bury("no use");
  platform.queue("opened");
  const [counted, opened, ...others] = await platform.queues();
  expect(others).toEqual([]);
  expect(counted).toMatchObject({ queue: "counted", waiting: 2, leased: 1, dead: 1 });
  expect(counted?.oldestAgeMs).toBeLessThan(60_000);
  expect(opened).toEqual({ queue: "opened", waiting: 0, leased: 0, oldestAgeMs: 0, dead: 0 });
  await held?.release({ delayMs: 60_000 });
  expect((await platform.queues())[0]).toMatchObject({ waiting: 2, leased: 1 });
});

it("goes on with the jobs of a version that did not note when they were queued", async () => {
  const old = await mkdtemp(join(tmpdir(), "climb-platform-"));
  const database = new Database(join(old, "climb.db"));
  database.exec(
    `CREATE TABLE jobs (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, payload BLOB NOT NULL,
      headers TEXT NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0
    );
    INSERT INTO jobs (queue, id, payload, headers) VALUES ('runs', 'r1', x'00', '{}')`,
  );
  database.close();
  const other = createLifecycle();
  const later = await openEmbeddedPlatform({ dataDir: old, logger, lifecycle: other });
  expect(await later.queues()).toEqual([{ queue: "runs", waiting: 1, leased: 0, oldestAgeMs: 0, dead: 0 }]);
  expect((await later.queue("runs").lease({ waitMs: 1000 }))?.id).toBe("r1");
  await other.close();
  await rm(old, { recursive: true, force: true });
});

it("keeps a data directory to one process, and frees it at the end", async () => {
  const other = createLifecycle();
  await expect(openEmbeddedPlatform({ dataDir, logger, lifecycle: other })).rejects.toMatchObject({
    reason: "DATA_DIR_LOCKED",
    metadata: { path: dataDir, pid: String(process.pid) },
  });
  await other.close();
  await lifecycle.close();
  lifecycle = createLifecycle();
  platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
});

it("finds after a restart what was there before: artifacts, logs, queued jobs, snapshots; but no progress", async () => {
  const ref = await platform.artifacts.put("corpus/a.txt", Buffer.from("text"));
  await platform.logs.append("training/runs/r1", 0, Buffer.from("pending"));
  await platform.queue("runs").enqueue({ id: "r1", payload: Buffer.from("job") });
  await platform.snapshots.put("runs", "r1", value("kept"));
  await platform.progress.put("runs", "r1", value("half"));
  await lifecycle.close();

  lifecycle = createLifecycle();
  platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  expect((await readWhole(platform.artifacts, ref)).toString()).toBe("text");
  expect(Buffer.from((await platform.logs.last("training/runs/r1"))?.record ?? []).toString()).toBe("pending");
  const lease = await platform.queue("runs").lease({ waitMs: 1000 });
  expect(lease?.id).toBe("r1");
  await lease?.complete();
  expect(Buffer.from((await platform.snapshots.get("runs", "r1"))?.record ?? []).toString()).toBe("kept");
  expect(await platform.progress.get("runs", "r1")).toBeUndefined();
});

it("takes callers' files by their paths, and those that were uploaded by their URIs", async () => {
  const { uri } = await platform.artifacts.put("uploads/a", Buffer.from("text"));
  expect(await platform.callerFile(uri)).toContain(dataDir);
  expect(await platform.callerFile(dataDir)).toBe(dataDir);
  const nowhere = join(dataDir, "nowhere");
  await expect(platform.callerFile(nowhere)).rejects.toMatchObject({
    reason: "PATH_UNREADABLE",
    metadata: { path: nowhere },
  });
});

it("fires its signal when the end begins, before anything is closed", async () => {
  const order: string[] = [];
  platform.signal.addEventListener("abort", () => order.push("signal"));
  lifecycle.onClose("pool", () => void order.push("pool"));
  await lifecycle.close();
  expect(order).toEqual(["signal", "pool"]);
});
