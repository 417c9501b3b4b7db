import { setTimeout as sleep } from "node:timers/promises";
import { JobState } from "@climb/proto/common/v1/job";
import { ServiceError } from "@climb/runtime";
import { afterAll, describe, expect, it } from "vitest";
import { callContext, named, testService } from "./testing/service.js";

const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const service of opened) await service.close();
});

const nameOf = (shard: number) => `shards/${shard}`;

/** A service whose resource is made of shards, with as many replicas as are started. */
async function shardedService(count: number, run: (shard: number) => Promise<void> = async () => {}) {
  const service = await testService();
  opened.push(service);
  const { platform } = service;
  const done: { shard: number; replica: number }[] = [];
  let calls = 0;
  const startReplica = (replica: number) => {
    const stop = new AbortController();
    const kind = service.replica(
      {
        make: async ({ id }, { shards }) => {
          calls++;
          await shards(work, {
            key: `group-${id}`,
            params: { words: "shared" },
            stage: "shards",
            unit: "shards",
            units: Array.from({ length: count }, () => 1),
            find: (shard) => platform.artifacts.stat(nameOf(shard)),
          });
          const parts: string[] = [];
          for (let shard = 0; shard < count; shard++) {
            const ref = await platform.artifacts.stat(nameOf(shard));
            parts.push(ref?.sha256.slice(0, 4) ?? "missing");
          }
          return named(parts.join());
        },
      },
      { signal: stop.signal },
    );
    const work = kind.shards<{ words: string }, string>({
      queue: "shards",
      concurrency: 1,
      prepare: async ({ words }) => words,
      async run(words, shard) {
        await run(shard);
        await platform.artifacts.put(nameOf(shard), Buffer.from(`${words} ${shard}`));
        done.push({ shard, replica });
      },
    });
    const working = kind.work();
    return {
      kind,
      async stop() {
        stop.abort();
        await working;
      },
    };
  };
  return { ...service, done, startReplica, calls: () => calls };
}

describe("shards of a resource", () => {
  it("are done once each by whichever replica is free, while the maker sleeps without a lease", async () => {
    const { done, startReplica, end, platform, calls } = await shardedService(12, () => sleep(20));
    const replicas = [startReplica(1), startReplica(2), startReplica(3)];
    await replicas[0]?.kind.create({ id: "p", requestId: "" }, callContext());
    const made = await end("p");
    expect(made.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(made.warnings[0]).not.toContain("missing");
    expect(done.map(({ shard }) => shard).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(new Set(done.map(({ replica }) => replica)).size).toBe(3);
    // Once to plan and once to go on, however long the shards took.
    expect(calls()).toBeLessThanOrEqual(3);
    for (const { stop } of replicas) await stop();
    expect(await platform.queue("shards").depth()).toBe(0);
    expect(await platform.snapshots.get("shard-plan", "group-p")).toBeUndefined();
  });

  it("that are there already are not done again", async () => {
    const { done, startReplica, end, platform } = await shardedService(4);
    await platform.artifacts.put(nameOf(2), Buffer.from("shared 2"));
    const { kind, stop } = startReplica(1);
    await kind.create({ id: "p", requestId: "" }, callContext());
    await end("p");
    await stop();
    expect(done.map(({ shard }) => shard).sort()).toEqual([0, 1, 3]);
  });

  it("go on with another replica when one is stopped in the middle", async () => {
    const { done, startReplica, end } = await shardedService(8, () => sleep(30));
    const first = startReplica(1);
    await first.kind.create({ id: "p", requestId: "" }, callContext());
    while (done.length < 2) await sleep(5);
    await first.stop();
    const second = startReplica(2);
    expect((await end("p")).warnings[0]).not.toContain("missing");
    await second.stop();
    expect(new Set(done.map(({ shard }) => shard)).size).toBe(8);
  });

  it("end the resource with what one of them ended with", async () => {
    const { startReplica, end } = await shardedService(6, async (shard) => {
      if (shard === 3) throw new ServiceError("invalid", "RECORD_INVALID", "shard 3 is bad", { line: "7" });
    });
    const { kind, stop } = startReplica(1);
    await kind.create({ id: "p", requestId: "" }, callContext());
    expect(await end("p")).toMatchObject({
      status: { state: JobState.JOB_STATE_FAILED, failure: { reason: "RECORD_INVALID", metadata: { line: "7" } } },
    });
    await stop();
  });

  it("are let go of when the resource is cancelled", async () => {
    const { done, startReplica, end } = await shardedService(50, () => sleep(50));
    const { kind, stop } = startReplica(1);
    await kind.create({ id: "p", requestId: "" }, callContext());
    while (done.length < 2) await sleep(5);
    await kind.calls.cancelPredictor({ id: "p" });
    expect((await end("p")).status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    await sleep(500);
    await stop();
    expect(done.length).toBeLessThan(10);
  });
});
