import { JobState } from "@climb/proto/common/v1/job";
import type { TargetStatisticsSet } from "@climb/proto/training/v1/training_service";
import { describe, expect, it } from "vitest";
import {
  createRun,
  directory,
  type Suite,
  shards,
  spec,
  start,
  startReplica,
  target,
  tokenSet,
  untilFinal,
} from "./testing/suite.js";

async function statisticsOf(suite: Suite, tokenSetId: string): Promise<TargetStatisticsSet> {
  const targets = [await target(suite, "kitchen"), await target(suite, "sky")];
  const { targetStatistics } = await suite.client.createTargetStatistics({ requestId: "", tokenSetId, targets });
  const watch = suite.client.watchTargetStatistics({ id: targetStatistics?.id ?? "", afterSequence: 0n });
  for await (const { targetStatistics: current } of watch) if (current?.status?.endTime) return current;
  throw new Error("the watch ended before the last state");
}

const digests = (artifacts: readonly ({ sha256: string } | undefined)[]) => artifacts.map((one) => one?.sha256);
const isPart = (path: string) => /\/parts\/\d+$/.test(path);

describe("replicas of the training service", () => {
  it("share the shards of a set, and give the same bits as one alone", async () => {
    const alone = await start(await directory(), { CLIMB_WORKERS: "3" });
    const expected = await tokenSet(alone);
    const first: string[] = [];
    const second: string[] = [];
    const suite = await start(await directory(), { CLIMB_WORKERS: "1" }, { onPut: (path) => first.push(path) });
    await startReplica(suite, { CLIMB_WORKERS: "1" }, (path) => second.push(path));
    const set = await tokenSet(suite);
    expect(set.id).toBe(expected.id);
    expect(set.domains).toEqual(expected.domains);
    expect(set.manifest?.sha256).toBe(expected.manifest?.sha256);
    const parts = [first, second].map((paths) => paths.filter(isPart));
    expect(parts.flat()).toHaveLength(shards);
    expect(Math.min(...parts.map(({ length }) => length))).toBeGreaterThan(0);
    const [own, reference] = await Promise.all([statisticsOf(suite, set.id), statisticsOf(alone, set.id)]);
    expect(digests(own.statistics)).toEqual(digests(reference.statistics));
  });

  it("that only answer leave the work to others", async () => {
    const role = { answers: true, takes: () => false };
    const suite = await start(await directory(), {}, { role });
    const asked = tokenSet(suite);
    const states = async () =>
      (await suite.client.listTokenSets({ pageSize: 0, pageToken: "", filter: undefined })).tokenSets.map(
        ({ status }) => status?.state,
      );
    await expect.poll(states, { timeout: 60_000 }).toEqual([JobState.JOB_STATE_PENDING]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await states()).toEqual([JobState.JOB_STATE_PENDING]);
    await startReplica(suite);
    expect((await asked).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });

  it("that are stopped between two shards leave those that are done", async () => {
    const expected = await tokenSet(await start(await directory()));
    const dataDir = await directory();
    const stored: string[] = [];
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const suite = await start(
      dataDir,
      { CLIMB_WORKERS: "1" },
      {
        onPut(path) {
          stored.push(path);
          if (isPart(path)) stop();
        },
      },
    );
    const asked = tokenSet(suite).catch(() => {});
    await stopped;
    await suite.close();
    await asked;
    const before = stored.filter(isPart);
    expect(before.length).toBeLessThan(shards);
    const further: string[] = [];
    const resumed = await start(dataDir, {}, { onPut: (path) => further.push(path) });
    const set = await tokenSet(resumed);
    expect(set.status?.failure).toBeUndefined();
    expect(digests(set.domains.map(({ artifact }) => artifact))).toEqual(
      digests(expected.domains.map(({ artifact }) => artifact)),
    );
    expect([...before, ...further.filter(isPart)].sort()).toEqual(
      [...new Set([...before, ...further.filter(isPart)])].sort(),
    );
    expect(further.filter((path) => path.endsWith("tokenizer.json"))).toEqual([]);
  });

  it("train nothing twice: a run that was stopped after its training is evaluated only", async () => {
    const dataDir = await directory();
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const isWeights = (path: string) => path.endsWith("/weights.safetensors");
    const suite = await start(dataDir, {}, { onPut: (path) => isWeights(path) && stop() });
    const set = await tokenSet(suite);
    const id = await createRun(suite, spec(set.id), [await target(suite, "kitchen")]);
    await stopped;
    await suite.close();
    const stored: string[] = [];
    const resumed = await start(dataDir, {}, { onPut: (path) => stored.push(path) });
    const run = await untilFinal(resumed, id);
    expect(run.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(run.attempts).toBe(2);
    expect(run.tasks).toHaveLength(1);
    expect(stored.filter(isWeights)).toEqual([]);
  });
});
