import { setTimeout as sleep } from "node:timers/promises";
import { JobState } from "@climb/proto/common/v1/job";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { createClient, createLogger, serveRpc } from "@climb/runtime";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callContext, named, testService } from "../testing/service.js";
import { tellProcess } from "./processes.js";
import { systemRoutes } from "./routes.js";

const { JOB_STATE_FAILED: FAILED, JOB_STATE_SUCCEEDED: SUCCEEDED } = JobState;
const UNLUCKY = ["retried", "begun-again", "deleted", "of-shards"];

let service: Awaited<ReturnType<typeof testService>>;
let client: ReturnType<typeof createClient<typeof SystemServiceDefinition>>;
const closing: (() => unknown)[] = [];
/** Whether what nobody foresaw happens to all work. */
let broken = true;
const tries: string[] = [];
let release = () => {};

/** A replica that makes each resource; one is made of shards, one when it is released. */
function startReplica() {
  const stopping = new AbortController();
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const kind = service.replica(
    {
      make: async ({ id }, { shards }) => {
        tries.push(id);
        if (id === "held") await released;
        else if (id === "of-shards") {
          const find = (shard: number) => service.platform.artifacts.stat(`parts/${shard}`);
          const group = { key: `group-${id}`, params: {}, stage: "shards", unit: "shards", units: [1, 1], find };
          await shards(parts, group);
        } else if (broken) throw new Error(`no luck with ${id}`);
        return named("made");
      },
    },
    { signal: stopping.signal },
  );
  const parts = kind.shards<object, object>({
    queue: "parts",
    concurrency: 1,
    prepare: async (params) => params,
    async run(_, shard) {
      if (broken && shard === 1) throw new Error("the shard breaks");
      await service.platform.artifacts.put(`parts/${shard}`, Buffer.from("part"));
    },
  });
  const working = kind.work();
  return async () => {
    stopping.abort();
    await working;
  };
}

const create = (id: string) =>
  service.replica({ make: async () => named("nobody") }).create({ id, requestId: "" }, callContext());
const letters = async () => (await client.listDeadLetters({})).deadLetters;
const letterOf = async (id: string) => {
  const found = (await letters()).find(({ resources }) => resources.some((resource) => resource.id === id));
  if (!found) throw new Error(`there is no dead letter of ${id}`);
  return found;
};
const soon = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 10_000 });
const succeeds = (id: string) => soon(async () => expect((await service.end(id)).status?.state).toBe(SUCCEEDED));

beforeAll(async () => {
  service = await testService();
  const logger = createLogger({ service: "test", level: "silent" });
  const server = await serveRpc({ address: "127.0.0.1:0", services: [systemRoutes(service.platform)], logger });
  client = createClient(SystemServiceDefinition, `127.0.0.1:${server.port}`);
  closing.push(
    startReplica(),
    () => client.close(),
    () => server.close(),
    () => service.close(),
  );
  for (const id of UNLUCKY) await create(id);
  await soon(async () => expect(await letters()).toHaveLength(UNLUCKY.length));
  broken = false;
}, 30_000);
afterAll(async () => {
  for (const close of closing) await close();
});

describe("a job that was given up", () => {
  it("is listed with why and what it was to make, and begins that again when it is retried", async () => {
    const letter = await letterOf("retried");
    expect(letter).toMatchObject({
      queue: "thing",
      deliveries: 3,
      reason: "no luck with retried",
      resources: [{ kind: "thing", id: "retried", state: FAILED, owner: "", retriable: true }],
    });
    expect(Date.now() - (letter.time?.getTime() ?? 0)).toBeLessThan(60_000);
    const { queues } = await client.listQueues({});
    expect(queues.find(({ name }) => name === "thing")).toMatchObject({ deadLetters: 3n, waiting: 0n, leased: 0n });

    const { resources } = await client.retryDeadLetter({ queue: "thing", jobId: letter.jobId });
    expect(resources).toMatchObject([{ kind: "thing", id: "retried" }]);
    await succeeds("retried");
    expect(tries.filter((id) => id === "retried")).toHaveLength(4);
    await expect(letterOf("retried")).rejects.toThrow();
    await expect(client.retryDeadLetter({ queue: "thing", jobId: letter.jobId })).rejects.toMatchObject({
      kind: "notFound",
      reason: "RESOURCE_UNKNOWN",
    });
  });

  it("is only removed where somebody has begun it again meanwhile, or deleted it", async () => {
    await create("begun-again");
    await succeeds("begun-again");
    const gone = await letterOf("deleted");
    await service.replica({ make: async () => named("nobody") }).calls.deletePredictor({ id: "deleted" });
    const before = tries.length;
    for (const { queue, jobId } of [await letterOf("begun-again"), gone]) {
      expect((await client.retryDeadLetter({ queue, jobId })).resources).toEqual([]);
    }
    await sleep(200);
    expect(tries.length).toBe(before);
    expect((await letters()).map(({ queue }) => queue)).toEqual(["parts"]);
  });

  it("that was a shard begins again those that waited for it", async () => {
    const letter = await letterOf("of-shards");
    expect(letter).toMatchObject({ queue: "parts", reason: "the shard breaks" });
    expect(letter.resources).toMatchObject([{ kind: "thing", id: "of-shards", retriable: true }]);
    expect((await client.listDeadLetters({ queue: "thing" })).deadLetters).toEqual([]);
    await client.retryDeadLetter({ queue: "parts", jobId: letter.jobId });
    await succeeds("of-shards");
    expect(await letters()).toEqual([]);
  });

  it("is unknown in a queue that nobody has used, which is not made by asking for it", async () => {
    await expect(client.retryDeadLetter({ queue: "nowhere", jobId: "a" })).rejects.toMatchObject({
      metadata: { kind: "dead-letter", id: "nowhere/a" },
    });
    expect((await client.listQueues({})).queues.map(({ name }) => name)).not.toContain("nowhere");
  });
});

describe("what the system tells", () => {
  /** A lifecycle that is closed apart from the service's. */
  const ownLifecycle = () => {
    const closers: (() => unknown)[] = [];
    const onClose = (_: string, close: () => unknown) => void closers.push(close);
    return { ...service.platform, lifecycle: { ...service.platform.lifecycle, onClose }, closers };
  };

  it("is which processes are up, the queues that they take and the jobs that they hold, until they close", async () => {
    await create("held");
    await soon(async () => {
      const { queues } = await client.listQueues({});
      const thing = queues.find(({ name }) => name === "thing");
      expect(thing).toMatchObject({ waiting: 0n, leased: 1n });
      expect(thing?.oldestAgeSeconds).toBeGreaterThan(0);
    });
    const platform = ownLifecycle();
    tellProcess(platform, "kitchen");
    const [process] = await soon(async () => {
      const { processes } = await client.listProcesses({});
      expect(processes).toHaveLength(1);
      return processes;
    });
    expect(process).toMatchObject({
      service: "kitchen",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      answers: true,
      queues: [
        { queue: "parts", atOnce: 1 },
        { queue: "thing", atOnce: 2 },
      ],
      jobs: [{ queue: "thing", resourceId: "held", delivery: 1 }],
      jobsHeld: 1,
    });
    release();
    await succeeds("held");
    for (const close of platform.closers) await close();
    expect((await client.listProcesses({})).processes).toEqual([]);
  });

  it("leaves out who has told nothing for a minute, and forgets it", async () => {
    const platform = ownLifecycle();
    tellProcess(platform, "silent", () => new Date(Date.now() - 61_000));
    await soon(async () => expect(await platform.progress.kinds()).toContain("process"));
    expect((await client.listProcesses({})).processes).toEqual([]);
    expect(await platform.progress.kinds()).not.toContain("process");
  });
});
