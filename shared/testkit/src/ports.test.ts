import { join } from "node:path";
import {
  type Broker,
  connectNats,
  createInProcessBus,
  type EmbeddedDatabase,
  type JobQueue,
  type NatsConnection,
  openBroker,
  openDatabase,
  openEmbeddedEventLog,
  openEmbeddedJobQueue,
  openEmbeddedSnapshots,
  openFileArtifacts,
  openJetStreamBus,
  openJetStreamEventLog,
  openJetStreamJobQueue,
  openJetStreamSnapshots,
} from "@climb/ports";
import { createLogger } from "@climb/runtime";
import { context, propagation } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeArtifactStore } from "./describe-artifact-store.js";
import { describeEventBus } from "./describe-event-bus.js";
import { describeEventLog } from "./describe-event-log.js";
import { describeJobQueue } from "./describe-job-queue.js";
import { describeSnapshotStore } from "./describe-snapshot-store.js";
import { type NatsServer, startNatsServer } from "./nats-server.js";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.js";

const logger = createLogger({ service: "test", level: "silent" });
let server: NatsServer;
let nats: NatsConnection;
let broker: Broker;
let folder: TemporaryDirectory;
let database: EmbeddedDatabase;
const end = new AbortController();

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  folder = await temporaryDirectory();
  database = openDatabase(folder.path);
  server = await startNatsServer();
  nats = await connectNats({ url: server.url, logger });
  broker = await openBroker(nats, { namespace: "kit", logger });
});

afterAll(async () => {
  end.abort();
  await database.close();
  await nats.close();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** An embedded port is there once for its directory; crash.test.ts opens it again in other processes. */
function once<T>(open: () => T): () => Promise<T> {
  let opened: T | undefined;
  return async () => {
    opened ??= open();
    return opened;
  };
}

describeEventLog("in the embedded database", () => ({ open: once(() => openEmbeddedEventLog(database)) }));
describeEventLog("on JetStream", () => ({ open: async () => openJetStreamEventLog(broker) }));

describeJobQueue("in the embedded database", () => {
  const queues = new Map<string, JobQueue>();
  return {
    async open(name, options) {
      const queue = queues.get(name) ?? openEmbeddedJobQueue(database, name, options);
      queues.set(name, queue);
      return queue;
    },
  };
});
describeJobQueue("on JetStream", () => ({
  open: async (name, options) => openJetStreamJobQueue(broker, name, options),
}));

describeEventBus("in process", () => ({ open: async () => createInProcessBus(logger) }));
describeEventBus("on JetStream", () => ({ open: async () => openJetStreamBus(broker) }));

describeSnapshotStore("in the embedded database", () => ({ open: once(() => openEmbeddedSnapshots(database)) }));
for (const [name, bucket, volatile] of [
  ["on JetStream", "KV_KIT_SNAPSHOTS", false],
  ["in JetStream's memory", "KV_KIT_PROGRESS", true],
] as const) {
  describeSnapshotStore(name, () => ({
    open: async () => openJetStreamSnapshots(broker, end.signal, { volatile }),
    readers: async () => (await broker.manager.streams.info(bucket)).state.consumer_count,
  }));
}

describeArtifactStore("in files", () => ({ open: async () => openFileArtifacts(join(folder.path, "artifacts")) }));

describe("events on JetStream", () => {
  it("wait for a group that is away", async () => {
    const bus = openJetStreamBus(broker);
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
