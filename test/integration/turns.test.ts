import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { JobState } from "@climb/proto/common/v1/job";
import { Budget, Priority, type Search, SearchSpec, Strategy } from "@climb/proto/search/v1/search_service";
import type { Run } from "@climb/proto/training/v1/training_service";
import { writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { type SimulatedSuite, startSimulatedSuite } from "../support/simulated-suite.js";

let simulated: SimulatedSuite;
let spec: SearchSpec;

const RUN_MS = 25;
const lossOf = async ({ spec: run }: Run) => {
  await sleep(RUN_MS);
  return 3 - (run?.mixture[0] ?? 0) + 0.002 * Math.sin(7 * (run?.seed ?? 0));
};

beforeAll(async () => {
  simulated = await startSimulatedSuite(lossOf);
  const given = readSearchFile(writeSmallSearch(join(simulated.folder.path, "input"), 20_000));
  spec = SearchSpec.fromPartial({ ...given, dataset: undefined, trainer: "simulated", seed: 161 });
  const { domainSetId } = await succeeded(SearchSpec.fromPartial({ ...spec, strategy: Strategy.STRATEGY_UNIMAX }));
  spec = SearchSpec.fromPartial({ ...spec, input: { $case: "domainSetId", value: domainSetId } });
}, 240_000);

afterAll(() => simulated[Symbol.asyncDispose]());

const random = (budget: Partial<Budget>, priority?: Priority) =>
  SearchSpec.fromPartial({
    ...spec,
    strategy: Strategy.STRATEGY_RANDOM,
    budget: Budget.fromPartial({ ...spec.budget, ...budget }),
    ...(priority && { priority }),
  });

const created = async (asked: SearchSpec) =>
  (await simulated.client.createSearch({ requestId: "", spec: asked })).search as Search;

async function ended({ id }: Search): Promise<Search> {
  let last: Search | undefined;
  for await (const { search } of simulated.client.watchSearch({ id, afterSequence: 0n })) last = search;
  return last as Search;
}

async function succeeded(asked: SearchSpec): Promise<Search> {
  const search = await ended(await created(asked));
  expect(search.status?.failure).toBeUndefined();
  return search;
}

describe("searches at once", { timeout: 240_000 }, () => {
  it("take turns: a small one that comes later does not wait for a large one, and a low one lets others go first", async () => {
    const { client, trainer } = simulated;
    const large = random({ rounds: [120] }, Priority.PRIORITY_LOW);
    const { id } = await created(large);
    for await (const { search } of client.watchSearch({ id, afterSequence: 0n }))
      if ((search?.runsFinished ?? 0) >= 3) break;
    // On the same tokens, so that its runs are asked for at once.
    const small = await succeeded(random({ rounds: [5], tokensPerRun: 21_000n }));
    const stillAtWork = (await client.getSearch({ id })).search;
    const { runs } = await client.listSearchRuns({ searchId: small.id, pageSize: 1000, pageToken: "" });
    // Those of the first round, which are asked for at one time; between rounds the other one has all trainers.
    const own = new Set(runs.flatMap(({ runId, round }) => (round === 1 ? [runId] : [])));
    const isOwn = (run: string) => own.has(run);
    const meanwhile = trainer.taken
      .slice(trainer.taken.findIndex(isOwn), trainer.taken.findLastIndex(isOwn))
      .filter((run) => !isOwn(run)).length;
    // A third of its own pace, and what was in the queue before; first come, first served would be all of them.
    expect(meanwhile).toBeLessThan(own.size);
    expect(meanwhile).toBeGreaterThan(0);
    expect(stillAtWork?.status?.state).toBe(JobState.JOB_STATE_RUNNING);
    // Asked for again it is the same search, with another priority from its next round on.
    const again = await created(SearchSpec.fromPartial({ ...large, priority: Priority.PRIORITY_HIGH }));
    expect([again.id, again.spec?.priority]).toEqual([id, Priority.PRIORITY_HIGH]);
    await client.cancelSearch({ id });
    expect((await ended(again)).status?.state).toBe(JobState.JOB_STATE_CANCELLED);
  });
});
