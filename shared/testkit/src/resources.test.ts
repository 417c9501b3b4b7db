import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDistributedPlatform, platformConfig } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { Predictor } from "@climb/proto/predictor/v1/predictor_service";
import { defineResource, isFinal, pending } from "@climb/resources";
import { createLifecycle, createLogger, type Lifecycle } from "@climb/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NatsServer, startNatsServer } from "./nats-server.js";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.js";

const logger = createLogger({ service: "test", level: "silent" });
let folder: TemporaryDirectory;
let nats: NatsServer;
const lifecycles: Lifecycle[] = [];

beforeAll(async () => {
  folder = await temporaryDirectory();
  nats = await startNatsServer();
});
afterAll(async () => {
  for (const lifecycle of lifecycles) await lifecycle.close();
  await nats[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const SHARDS = 24;
const nameOf = (id: string, shard: number) => `thing/${id}/${shard}`;

/** A process that makes things of shards. */
async function startReplica(namespace: string, done: string[], env: Record<string, string> = {}) {
  const lifecycle = createLifecycle({ logger });
  lifecycles.push(lifecycle);
  const config = platformConfig.parse({
    CLIMB_NATS_URL: nats.url,
    CLIMB_NAMESPACE: namespace,
    CLIMB_ARTIFACTS_URL: `file://${join(folder.path, namespace)}`,
    ...env,
  });
  const platform = await openDistributedPlatform({ config, logger, lifecycle });
  const things = defineResource<Predictor, { id: string }, "Predictor", "Predictors">(platform, {
    kind: "thing",
    message: Predictor,
    names: { one: "Predictor", many: "Predictors" },
    check: async ({ id }) => ({ faults: [], wanted: Predictor.fromPartial({ id, status: pending(new Date()) }) }),
    concurrency: 1,
    async make({ id }, { shards }) {
      await shards(work, {
        key: `group-${id}`,
        params: { id },
        stage: "shards",
        unit: "shards",
        units: Array.from({ length: SHARDS }, () => 1),
        find: (shard) => platform.artifacts.keep(nameOf(id, shard)),
      });
      const refs = await Promise.all(
        Array.from({ length: SHARDS }, (_, shard) => platform.artifacts.keep(nameOf(id, shard))),
      );
      return (before) => ({ ...before, warnings: refs.map((ref) => ref?.uri ?? "missing") });
    },
    event: () => ({ subject: "test.finished", payload: new Uint8Array() }),
  });
  const work = things.shards<{ id: string }, string>({
    queue: "shards",
    concurrency: 1,
    prepare: async ({ id }) => id,
    async run(id, shard) {
      await sleep(200);
      await platform.artifacts.put(nameOf(id, shard), Buffer.from(`${shard}`));
      done.push(`${id}-${shard}`);
    },
  });
  const working = things.work();
  lifecycle.onClose("work", () => working);
  return { things, platform, close: () => lifecycle.close() };
}

type Things = Awaited<ReturnType<typeof startReplica>>["things"];

async function end(things: Things, id: string): Promise<Predictor> {
  const context = { signal: AbortSignal.timeout(120_000), peer: "test" };
  for await (const { predictor } of things.calls.watchPredictor({ id, afterSequence: 0n }, context)) {
    if (isFinal(predictor.status)) return predictor;
  }
  throw new Error("the watch ended before the resource");
}

function expectWhole({ status, warnings }: Predictor) {
  expect(status?.failure).toBeUndefined();
  expect(status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  expect(new Set(warnings).size).toBe(SHARDS);
  expect(warnings).not.toContain("missing");
}

describe("resources on a broker", () => {
  it("are made by all replicas, each shard once, and an api process works on none", async () => {
    const [a, b, none]: string[][] = [[], [], []];
    const api = await startReplica("shared", none as string[], { CLIMB_ROLE: "api" });
    const workers = [await startReplica("shared", a as string[]), await startReplica("shared", b as string[])];
    await api.things.create({ id: "p", requestId: "one" }, { signal: new AbortController().signal });
    expectWhole(await end(api.things, "p"));
    expect([...(a as string[]), ...(b as string[])].sort()).toEqual(
      Array.from({ length: SHARDS }, (_, i) => `p-${i}`).sort(),
    );
    expect(Math.min(a?.length ?? 0, b?.length ?? 0)).toBeGreaterThan(SHARDS / 4);
    expect(none).toEqual([]);
    for (const { close } of [api, ...workers]) await close();
  });

  it("outlive a broker that is away for a while: nobody hears of it, and nothing is lost", async () => {
    const done: string[] = [];
    const replicas = [await startReplica("outage", done), await startReplica("outage", done)];
    const things = replicas[0]?.things as Things;
    await things.create({ id: "p", requestId: "" }, { signal: new AbortController().signal });
    const ended = end(things, "p");
    while (done.length < 4) await sleep(50);
    await nats.kill();
    await sleep(6000);
    await nats.restart();
    expectWhole(await ended);
    expect(done.length).toBeLessThan(SHARDS + 5);
    for (const { close } of replicas) await close();
  });

  it("keep to their namespace: two releases share a broker without seeing each other", async () => {
    const [left, right] = [await startReplica("left", []), await startReplica("right", [], { CLIMB_ROLE: "api" })];
    await left.things.create({ id: "p", requestId: "" }, { signal: new AbortController().signal });
    expectWhole(await end(left.things, "p"));
    await expect(right.things.calls.getPredictor({ id: "p" })).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
    for (const { close } of [left, right]) await close();
  });

  it("may be larger than what the broker takes", async () => {
    const { things, platform, close } = await startReplica("large", []);
    const warnings = Array.from({ length: 40_000 }, (_, i) => `a warning of some length, number ${i}`);
    const index = { state: "SUCCEEDED", owner: "", labels: {}, createTimeMs: 1 };
    const large = Predictor.fromPartial({ id: "big", warnings });
    await platform.snapshots.put("thing", "big", { index, record: Predictor.encode(large).finish() });
    expect((await things.calls.getPredictor({ id: "big" })).predictor.warnings).toEqual(warnings);
    const page = { pageSize: 10, pageToken: "" };
    expect((await things.calls.listPredictors(page)).predictors[0]?.warnings).toHaveLength(40_000);
    await close();
  });
});
