import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JobState } from "@climb/proto/common/v1/job";
import {
  Budget,
  RunRole,
  type Search,
  type SearchServiceDefinition,
  SearchSpec,
  Strategy,
} from "@climb/proto/search/v1/search_service";
import { type Run, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StrategyResult } from "../../cli/src/compare/statistics.js";
import { readSearchFile } from "../../cli/src/search-file.js";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { climb } from "../support/command-line.js";
import { type SimulatedSuite, startSimulatedSuite } from "../support/simulated-suite.js";
import { type SimulatedTrainer, simulateTrainer } from "../support/simulated-trainer.js";

let simulated: SimulatedSuite;
let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let trainer: SimulatedTrainer;
let spec: SearchSpec;
let even: Search;
/** What a test makes of single runs; undefined: the run fails. */
let lossOf: Parameters<typeof simulateTrainer>[2];

/** Better the more of the first domain there is, with noise between seeds. */
const smooth = ({ spec }: Run) => 3 - (spec?.mixture[0] ?? 0) + 0.002 * Math.sin(7 * (spec?.seed ?? 0));

beforeAll(async () => {
  simulated = await startSimulatedSuite((run) => lossOf(run));
  ({ folder, suite, client, trainer } = simulated);
  const given = readSearchFile(writeSmallSearch(join(folder.path, "input"), 20_000));
  lossOf = smooth;
  spec = SearchSpec.fromPartial({ ...given, dataset: undefined, trainer: "simulated" });
  spec = withBudget({ rounds: [4] });
  // The domains are found once for all tests.
  even = await succeeded(SearchSpec.fromPartial({ ...spec, strategy: Strategy.STRATEGY_UNIMAX }));
  spec = SearchSpec.fromPartial({ ...spec, input: { $case: "domainSetId", value: even.domainSetId } });
}, 240_000);

afterAll(() => simulated[Symbol.asyncDispose]());

const command = (...args: string[]) => climb("--address", suite.address, ...args);

const withBudget = (change: Partial<Budget>, of: Partial<SearchSpec> = {}) =>
  SearchSpec.fromPartial({ ...spec, ...of, budget: Budget.fromPartial({ ...spec.budget, ...change }) });

async function created(asked: SearchSpec): Promise<Search> {
  return (await client.createSearch({ requestId: "", spec: asked })).search as Search;
}

async function ended({ id }: Search): Promise<Search> {
  let last: Search | undefined;
  for await (const { search } of client.watchSearch({ id, afterSequence: 0n })) last = search;
  return last as Search;
}

const succeeded = async (asked: SearchSpec): Promise<Search> => {
  const search = await ended(await created(asked));
  expect(search.status?.failure).toBeUndefined();
  return search;
};

const runsOf = async ({ id }: Search) =>
  (await client.listSearchRuns({ searchId: id, pageSize: 1000, pageToken: "" })).runs;

async function exploredByRound(search: Search): Promise<number[]> {
  const counts: number[] = [];
  for (const { role, round } of await runsOf(search))
    if (role === RunRole.RUN_ROLE_EXPLORE) counts[round - 1] = (counts[round - 1] ?? 0) + 1;
  return counts;
}

describe("a failed run", { timeout: 240_000 }, () => {
  it("does not fail the search, whatever the run was for, and is counted", async () => {
    const first = new Set<string>();
    lossOf = (run) => {
      // One explored mixture, and later one confirmation: the first of each seed.
      const { seed = 0 } = run.spec ?? {};
      if (seed === 101 && first.size === 0) first.add(run.id);
      if (seed === 103 && first.size === 1) first.add(run.id);
      return first.has(run.id) ? undefined : smooth(run);
    };
    const search = await succeeded(SearchSpec.fromPartial({ ...spec, seed: 101 }));
    expect(search.runsFailed).toBe(2);
    const failed = (await runsOf(search)).filter(({ state }) => state === JobState.JOB_STATE_FAILED);
    expect(failed.map(({ failure }) => failure)).toEqual(Array(2).fill(expect.stringContaining("the loss became NaN")));
    expect(search.result?.objective?.mean).toBeLessThan(3);
  });

  it("ends it when too many do, with the reason of the first", async () => {
    lossOf = () => undefined;
    const search = await ended(await created(SearchSpec.fromPartial({ ...spec, seed: 201 })));
    expect(search.status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(search.status?.failure?.message).toMatch(
      /9 of the 9 runs of round 1 failed; the first: .*the loss became NaN/,
    );
  });
});

describe("a search that is held", { timeout: 240_000 }, () => {
  it("trains nothing until it is resumed, and may be renamed whenever", async () => {
    const before = trainer.taken.length;
    let goOn = () => {};
    const paused = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    // The fourth run ends once the search is held: else all of them would have ended before.
    lossOf = async (run) => {
      if (trainer.taken.length > before + 3) await paused;
      return smooth(run);
    };
    const asked = SearchSpec.fromPartial({ ...spec, seed: 111 });
    const search = await created(asked);
    for await (const { search: shown } of client.watchSearch({ id: search.id, afterSequence: 0n }))
      if ((shown?.runsFinished ?? 0) >= 3) break;
    expect(await command("search", "pause", search.id)).toMatchObject([{ id: search.id, paused: true }]);
    goOn();
    // What was under way may end; then nothing is taken any more.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const taken = trainer.taken.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(trainer.taken.length).toBe(taken);
    const held = (await client.getSearch({ id: search.id })).search;
    expect(held?.paused).toBe(true);
    expect(held?.status?.state).toBe(JobState.JOB_STATE_RUNNING);
    await command("search", "rename", search.id, "ours");
    await command("search", "resume", search.id);
    const last = await ended(search);
    expect(last.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(last.paused).toBe(false);
    expect(last.runsFailed).toBe(0);
    await expect(client.pauseSearch({ id: search.id })).rejects.toMatchObject({ reason: "STATE_FORBIDS" });
    // Renamed while it was held and after its end; it stays what it is.
    expect(last.metadata?.displayName).toBe("ours");
    await client.updateSearch({ id: search.id, metadata: { displayName: "theirs" }, updateMask: ["display_name"] });
    expect((await created({ ...asked, name: "small" })).metadata?.displayName).toBe("theirs");
  });

  it("can be cancelled, and keeps the runs that another search waits for", async () => {
    lossOf = smooth;
    const asked = SearchSpec.fromPartial({ ...spec, seed: 112 });
    const [one, other] = [await created(asked), await created(withBudget({ confirmationSeeds: 3 }, { seed: 112 }))];
    await client.pauseSearch({ id: one.id });
    const last = await ended(other);
    expect(last.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(last.runsFailed).toBe(0);
    expect(await command("search", "cancel", one.id)).toMatchObject([{ status: { state: "JOB_STATE_CANCELLED" } }]);
    expect((await ended(one)).status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    await command("search", "delete", one.id);
    await expect(client.getSearch({ id: one.id })).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
  });
});

describe("a search that goes on from another", { timeout: 240_000 }, () => {
  it("by extending is what was asked for with the larger budget elsewhere, bit for bit", async () => {
    lossOf = smooth;
    const short = await succeeded(spec);
    const before = trainer.taken.length;
    const out = join(folder.path, "extended");
    const [extended] = await command("search", "extend", short.id, "--rounds", "2", "--out", out);
    expect(extended).toMatchObject({ out });
    const known = new Set((await runsOf(short)).map(({ runId }) => runId));
    const all = await runsOf({ ...short, id: (extended as { id: string }).id });
    const fresh = new Set(all.map(({ runId }) => runId).filter((id) => !known.has(id)));
    expect(trainer.taken.length - before).toBe(fresh.size);

    const elsewhere = await startSuite({ dataDir: join(folder.path, "elsewhere"), port: 0, logLevel: "silent" });
    const other = createClient(TrainingServiceDefinition, elsewhere.address);
    const its = simulateTrainer(other, "simulated", smooth);
    try {
      const path = join(folder.path, "input", "longer.yaml");
      const yaml = readFileSync(join(folder.path, "input", "search.yaml"), "utf8");
      writeFileSync(path, `${yaml}trainer: simulated\ndataset: false\n`);
      const fromStart = join(folder.path, "from-start");
      await climb("--address", elsewhere.address, "run", path, "--out", fromStart);
      const [one, two] = [out, fromStart].map((each) => readFileSync(join(each, "mixture.json"), "utf8"));
      expect(one).toBe(two);
    } finally {
      await its.close();
      other.close();
      await elsewhere.close();
    }
  });

  it("by cloning asks the same with something changed, and not with nothing changed", async () => {
    const cloned = await command("search", "clone", even.id, "--strategy", "zero-run", "--seed", "142");
    const { id } = cloned[0] as { id: string };
    const search = (await client.getSearch({ id })).search;
    expect(search?.spec).toMatchObject({ seed: 142, strategy: Strategy.STRATEGY_ZERO_RUN, trainer: "simulated" });
    expect(search?.targets).toEqual(even.targets);
    await expect(command("search", "clone", even.id, "--name", "x")).rejects.toThrow(
      "the same question has the same search",
    );
  });

  it("by comparing strategies costs each the same, shares the runs of all, and goes on where it was", async () => {
    const path = join(folder.path, "input", "compared.yaml");
    const yaml = readFileSync(join(folder.path, "input", "search.yaml"), "utf8");
    const found = yaml.replace(/corpus: .*\ndomains: .*\n/, `domainSet: ${even.domainSetId}\n`);
    writeFileSync(path, `${found.replace("seed: 3", "seed: 151")}trainer: simulated\n`);
    const out = join(folder.path, "compared");
    const args = ["compare", path, "--strategies", "uniform,random,zero-run", "--seeds", "2", "--out", out];
    const before = trainer.taken.length;
    const [first] = (await command(...args)) as { results: StrategyResult[] }[];
    expect(first?.results.map(({ strategy }) => strategy).sort()).toEqual(["random", "uniform", "zero-run"]);
    expect(first?.results[0]?.strategy).toBe("random");
    const random = first?.results.find(({ strategy }) => strategy === "random");
    expect(random?.against.uniform?.probabilityBetter).toBeGreaterThan(0.5);
    const { tokens, searches } = JSON.parse(readFileSync(join(out, "compare.json"), "utf8"));
    for (const search of searches) expect(search.tokens).toBeLessThanOrEqual(tokens);
    // Both baselines with their fresh seeds are the same runs for every strategy.
    const taken = trainer.taken.slice(before);
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken.length).toBeLessThan(searches.reduce((total: number, { runs }: { runs: number }) => total + runs, 0));
    expect(readFileSync(join(out, "compare.csv"), "utf8").split("\n")).toHaveLength(1 + 6 + 1);
    expect(readFileSync(join(out, "compare.svg"), "utf8")).toContain("zero-run");
    const [again] = (await command(...args)) as { results: StrategyResult[] }[];
    expect(again?.results).toEqual(first?.results);
    expect(trainer.taken.length).toBe(before + taken.length);
    await expect(command("compare", path, "--seeds", "1")).rejects.toThrow("expected --seeds 2 or more");
  });
});

describe("the number of rounds", { timeout: 240_000 }, () => {
  it("is found by the search where it is asked to, and it says why it ended", async () => {
    lossOf = smooth;
    const search = await succeeded(withBudget({ rounds: [], autoRounds: true }, { seed: 121 }));
    const made = await exploredByRound(search);
    expect(made[0]).toBe(8);
    expect(made.reduce((total, count) => total + count, 0)).toBeLessThanOrEqual(3 * 5);
    expect(search.result?.roundsEnded).toMatch(/^No further round after round \d/);
    const { faults } = await client.validateSearch({ spec: withBudget({ rounds: [4], autoRounds: true }) });
    expect(faults.map(({ field }) => field)).toEqual(["spec.budget.auto_rounds"]);
  });

  it("follows from a budget in runs or tokens, which is kept to the run, and a larger one goes on where it ended", async () => {
    const small = await succeeded(withBudget({ rounds: [], maxRuns: 19 }, { seed: 122 }));
    expect(new Set((await runsOf(small)).map(({ runId }) => runId)).size).toBeLessThanOrEqual(19);
    expect(small.result?.roundsEnded).toContain("what is left of the budget is needed for the confirmation");
    const perRun = small.spec?.budget?.tokensPerRun ?? 0n;
    const before = trainer.taken.length;
    const large = await succeeded(withBudget({ rounds: [], maxTokens: 22n * perRun }, { seed: 122 }));
    expect(Number(large.result?.runTokens)).toBeLessThanOrEqual(22 * Number(perRun));
    const known = new Set((await runsOf(small)).map(({ runId }) => runId));
    const fresh = new Set((await runsOf(large)).map(({ runId }) => runId).filter((id) => !known.has(id)));
    expect(trainer.taken.length - before).toBe(fresh.size);
    expect((await exploredByRound(large))[0]).toBe((await exploredByRound(small))[0]);
  });

  it("is told before by what runs took here, where the budget is in seconds", async () => {
    // Every run takes two seconds, by its trainer's word.
    const { estimate } = await client.validateSearch({ spec: withBudget({ rounds: [], maxSeconds: 44 }) });
    expect(estimate).toMatchObject({ runs: 22, runSeconds: 44 });
  });

  it("is refused where the budget pays for no first round", async () => {
    const { faults } = await client.validateSearch({ spec: withBudget({ rounds: [], maxRuns: 5, maxTokens: 7n }) });
    expect(faults.map(({ field, reason }) => [field, reason])).toEqual([
      ["spec.budget.max_runs", "BUDGET_TOO_SMALL"],
      ["spec.budget.max_tokens", "BUDGET_TOO_SMALL"],
    ]);
  });
});

describe("strategies without rounds", { timeout: 240_000 }, () => {
  it("answer with what they are named for: the zero-run optimum, or UniMax even where it is uniform", async () => {
    const zero = await succeeded(SearchSpec.fromPartial({ ...spec, strategy: Strategy.STRATEGY_ZERO_RUN, seed: 131 }));
    // The optimum and two baselines, with two seeds each.
    expect(zero.runsFinished).toBe(6);
    expect([zero.result?.origin, ...(zero.result?.runnersUp ?? []).map(({ name }) => name)]).toContain(
      "zero-run optimum",
    );
    expect(even.result?.origin).toBe("uniform");
    for (const { weight } of even.result?.domains ?? []) expect(weight).toBeCloseTo(0.25, 5);
  });
});
