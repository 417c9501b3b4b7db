import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createLifecycle, type Lifecycle } from "./lifecycle.js";
import { type EmbeddedPlatform, openEmbeddedPlatform, QUEUES } from "./platform.js";
import { EchoDefinition } from "./rpc/fixtures.js";
import { implement } from "./rpc/implement.js";
import { serveRpc } from "./rpc/server.js";

const logger = pino({ level: "silent" });
const request = { text: "hello", count: 1, blob: "" };

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

it("connects to the suite's own port once that is known", async () => {
  const client = platform.connect(EchoDefinition);
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
  const client = await Promise.resolve(platform.connect(EchoDefinition));
  expect(() => client.echo(request)).toThrow("still starting");
});

it("opens each queue once", () => {
  for (const name of QUEUES) expect(platform.queue(name)).toBe(platform.queue(name));
  expect(new Set(QUEUES.map((name) => platform.queue(name))).size).toBe(QUEUES.length);
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

it("finds after a restart what was there before: artifacts, logs, queued jobs, claimed requests", async () => {
  const { uri } = await platform.artifacts.put("corpus/a.txt", Buffer.from("text"));
  await platform.logs.append("training/runs/r1", 0, Buffer.from("pending"));
  await platform.queue("runs").enqueue({ id: "r1", payload: Buffer.from("job") });
  await platform.claimRequest("training", "ask-1", "r1");
  await lifecycle.close();

  lifecycle = createLifecycle();
  platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  const chunks: Uint8Array[] = [];
  for await (const chunk of platform.artifacts.get(uri)) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe("text");
  expect(Buffer.from((await platform.logs.last("training/runs/r1"))?.record ?? []).toString()).toBe("pending");
  const lease = await platform.queue("runs").lease({ waitMs: 1000 });
  expect(lease?.id).toBe("r1");
  await lease?.complete();
  await platform.claimRequest("training", "ask-1", "r1");
  await expect(platform.claimRequest("training", "ask-1", "r2")).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
});

it("fires its signal when the end begins, before anything is closed", async () => {
  const order: string[] = [];
  platform.signal.addEventListener("abort", () => order.push("signal"));
  lifecycle.onClose("pool", () => void order.push("pool"));
  await lifecycle.close();
  expect(order).toEqual(["signal", "pool"]);
});
