import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import {
  claimRequest,
  connectNats,
  createInProcessBus,
  createLogger,
  createResourceStore,
  type NatsConnection,
  openFileArtifacts,
  openFileEventLog,
  openFileJobQueue,
  openJetStreamBus,
  openJetStreamEventLog,
  openJetStreamJobQueue,
} from "@climb/runtime";
import { context, propagation } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeArtifactStore } from "./describe-artifact-store.js";
import { describeEventBus } from "./describe-event-bus.js";
import { describeEventLog } from "./describe-event-log.js";
import { describeJobQueue } from "./describe-job-queue.js";
import { type NatsServer, startNatsServer } from "./nats-server.js";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.js";

const logger = createLogger({ service: "test", level: "silent" });
let server: NatsServer;
let nats: NatsConnection;
let folder: TemporaryDirectory;
let count = 0;
/** Files that tests left open, as a crash would have; closed at the end. */
const opened: { close(): Promise<void> }[] = [];
function closedAtEnd<T extends { close(): Promise<void> }>(port: T): T {
  opened.push(port);
  return port;
}
/** A folder of a test's own, so that the tests of a suite do not see each other's state. */
const fresh = () => join(folder.path, String(count++));

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  folder = await temporaryDirectory();
  server = await startNatsServer();
  nats = await connectNats({ url: server.url, logger });
});

afterAll(async () => {
  for (const port of opened) await port.close();
  await nats.close();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describeEventLog("in files", () => {
  const root = fresh();
  return { open: async () => closedAtEnd(openFileEventLog(root)) };
});
describeEventLog("on JetStream", () => ({ open: () => openJetStreamEventLog(nats) }));

describeJobQueue("in a journal", () => {
  const root = fresh();
  return { open: async (name, options) => closedAtEnd(await openFileJobQueue(join(root, name), options)) };
});
describeJobQueue("on JetStream", () => ({ open: (name, options) => openJetStreamJobQueue(nats, name, options) }));

describeEventBus("in process", () => ({ open: async () => createInProcessBus(logger) }));
describeEventBus("on JetStream", () => ({ open: () => openJetStreamBus(nats, logger) }));

describeArtifactStore("in files", () => {
  const root = fresh();
  return { open: async () => openFileArtifacts(root) };
});

describe("a log file that a crash tore", () => {
  it("loses the torn record and nothing else", async () => {
    const root = fresh();
    const before = openFileEventLog(root);
    await before.append("torn/log", 0, Buffer.from("whole"));
    await before.close();
    await appendFile(join(root, "torn", "log.log"), Buffer.from([9, 0, 0, 0, 1, 2]));
    const after = closedAtEnd(openFileEventLog(root));
    expect(await after.append("torn/log", 1, Buffer.from("next"))).toBe(2);
    const again = closedAtEnd(openFileEventLog(root));
    const records: string[] = [];
    for await (const { record } of again.read("torn/log")) records.push(Buffer.from(record).toString());
    expect(records).toEqual(["whole", "next"]);
  });
});

describe("events on JetStream", () => {
  it("wait for a group that is away", async () => {
    const bus = await openJetStreamBus(nats, logger);
    const heard: string[] = [];
    const listen = () =>
      bus.subscribe({ subject: "away.event", group: "g", handler: async ({ id }) => void heard.push(id) });
    await (await listen()).close();
    await bus.publish({ subject: "away.event", id: "missed", payload: new Uint8Array() });
    const subscription = await listen();
    for (let i = 0; heard.length === 0 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(heard).toEqual(["missed"]);
    await subscription.close();
  });
});

describe("nats-server killed and started again", () => {
  it("has every job and record that it confirmed, and followers go on", async () => {
    await using own = await startNatsServer();
    const connection = await connectNats({ url: own.url, logger });
    const log = await openJetStreamEventLog(connection);
    const queue = await openJetStreamJobQueue(connection, "durable");
    await log.append("durable/log", 0, Buffer.from("kept"));
    await queue.enqueue({ id: "job", payload: Buffer.from("kept") });
    const stop = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      for await (const { record } of log.follow("durable/log", { signal: stop.signal })) {
        followed.push(Buffer.from(record).toString());
        if (followed.length === 2) stop.abort();
      }
    })();
    while (followed.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await own.kill();
    await own.restart();
    const again = await connectNats({ url: own.url, logger });
    const logAgain = await openJetStreamEventLog(again);
    const last = await logAgain.last("durable/log");
    expect(last).toBeDefined();
    await logAgain.append("durable/log", last?.version ?? 0, Buffer.from("more"));
    await following;
    expect(followed).toEqual(["kept", "more"]);
    const lease = await (await openJetStreamJobQueue(again, "durable")).lease({ waitMs: 5000 });
    expect(lease?.id).toBe("job");
    await again.close();
    await connection.close();
  }, 30_000);
});

describe("resources", () => {
  interface Thing {
    value: number;
  }
  const codec = {
    encode: (thing: Thing) => ({ finish: () => Buffer.from(JSON.stringify(thing)) }),
    decode: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as Thing,
  };
  const open = () => createResourceStore({ log: closedAtEnd(openFileEventLog(fresh())), prefix: "kit/things", codec });

  it("are created once, and again only if they were lost", async () => {
    const things = open();
    expect(await things.create("a", { value: 1 })).toEqual({ resource: { value: 1 }, created: true });
    expect(await things.create("a", { value: 2 })).toEqual({ resource: { value: 1 }, created: false });
    const again = await things.create("a", { value: 3 }, ({ value }) => value === 1);
    expect(again.resource).toEqual({ value: 3 });
    await expect(things.require("b")).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
    await expect(things.require("../x")).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
  });

  it("lose no update, however many come at once", async () => {
    const things = open();
    await things.create("a", { value: 0 });
    await Promise.all(Array.from({ length: 20 }, () => things.update("a", ({ value }) => ({ value: value + 1 }))));
    expect(await things.get("a")).toEqual({ value: 20 });
  });

  it("are watched from a sequence on, and listed in pages", async () => {
    const things = open();
    for (const id of ["a", "b", "c"]) await things.create(id, { value: 0 });
    const first = await things.list({ pageSize: 2, pageToken: "" });
    const second = await things.list({ pageSize: 2, pageToken: first.nextPageToken });
    expect([first.items.length, second.items.length, second.nextPageToken]).toEqual([2, 1, ""]);

    const stop = new AbortController();
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { sequence, resource } of things.watch("a", { afterSequence: 1, signal: stop.signal })) {
        seen.push(sequence, resource.value);
        if (resource.value === 2) stop.abort();
      }
    })();
    await things.update("a", () => ({ value: 1 }));
    await things.update("a", () => ({ value: 2 }));
    await watching;
    expect(seen.slice(-2)).toEqual([3, 2]);
  });

  it("keep to the request id that made them", async () => {
    const log = closedAtEnd(openFileEventLog(fresh()));
    await claimRequest(log, "kit", "request one", "a");
    await claimRequest(log, "kit", "request one", "a");
    await expect(claimRequest(log, "kit", "request one", "b")).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  });
});
