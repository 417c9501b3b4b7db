import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { JobState } from "@climb/proto/common/v1/job";
import { RunRole, type Search, SearchServiceDefinition, SearchSpec } from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type Client, createClient } from "@climb/runtime";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { describeResult } from "../../cli/src/show-result.js";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { artifactBytes } from "../support/artifacts.js";

let folder: TemporaryDirectory;
let suite: Suite;
let client: Client<typeof SearchServiceDefinition>;
let spec: SearchSpec;
let first: Search;

/** Text on a topic of the corpus that the search's own target is not about. */
const KITCHEN = "The flour of butter and oven to sugar in recipe with bowl for whisk from dough that salt was onion. ";

beforeAll(async () => {
  folder = await temporaryDirectory();
  const given = readSearchFile(writeSmallSearch(join(folder.path, "input"), 20_000));
  const kitchen = join(folder.path, "kitchen.jsonl");
  writeFileSync(kitchen, Array.from({ length: 12 }, () => `${JSON.stringify({ text: KITCHEN.repeat(3) })}\n`).join(""));
  const guardrail = {
    name: "kitchen",
    paths: [kitchen],
    role: TargetRole.TARGET_ROLE_GUARDRAIL,
    maxRegression: 0.05,
  };
  spec = SearchSpec.fromPartial({ ...given, targets: [...given.targets, guardrail], dataset: undefined });
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent" });
  client = createClient(SearchServiceDefinition, suite.address);
  first = await finished(spec);
});

afterAll(async () => {
  client.close();
  await suite.close();
  await folder[Symbol.asyncDispose]();
});

const bytesOf = (artifact: { uri: string } | undefined) => artifactBytes(join(folder.path, "data"), artifact?.uri);
const mixtureOf = (search: Search) => JSON.parse(bytesOf(search.result?.files["mixture.json"]).toString("utf8"));

async function finished(asked: SearchSpec): Promise<Search> {
  const { search: created } = await client.createSearch({ requestId: "", spec: asked });
  let last = created;
  for await (const message of client.watchSearch({ id: created?.id ?? "", afterSequence: 0n })) last = message.search;
  expect(last?.status?.failure).toBeUndefined();
  expect(last?.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  return last as Search;
}

async function runsOf(search: Search) {
  return (await client.listSearchRuns({ searchId: search.id, pageSize: 1000, pageToken: "" })).runs;
}

async function trained(): Promise<number> {
  const training = createClient(TrainingServiceDefinition, suite.address);
  const { runs } = await training.listRuns({ pageSize: 1000, pageToken: "", filter: undefined });
  training.close();
  return runs.length;
}

describe("the verdict of a search", () => {
  it("stands first wherever the answer is told, and a guardrail is kept at the confirmation", () => {
    const { verdict } = first.result ?? {};
    expect(verdict?.targets.map(({ target, role }) => [target, role])).toEqual([
      ["sea", TargetRole.TARGET_ROLE_OBJECTIVE],
      ["kitchen", TargetRole.TARGET_ROLE_GUARDRAIL],
    ]);
    expect(verdict?.guardrailsBroken).toBe(0);
    expect(verdict?.targets[1]?.difference?.mean).toBeLessThanOrEqual(0.05);
    // A guardrail earns nothing: the objective is the other target's.
    expect(first.result?.objective?.mean).toBeCloseTo(first.result?.tasks[0]?.mean ?? 0, 12);
    expect(describeResult(first).slice(1, 3)).toEqual(verdict?.sentences.slice(0, 2));
    expect(Object.keys(mixtureOf(first))[0]).toBe("verdict");
    expect(mixtureOf(first).verdict.sentences).toEqual(verdict?.sentences);
    const report = bytesOf(first.result?.files["report.html"]).toString("utf8");
    expect(report.indexOf("Guardrail kitchen")).toBeLessThan(report.indexOf("<h2>"));
  });

  it("knows the noise of each target from the first round on", async () => {
    const replicates = (await runsOf(first)).filter(({ role }) => role === RunRole.RUN_ROLE_REPLICATE);
    // Both baselines and the first explored mixture, with the one fresh seed that leaves one for the confirmation.
    expect(replicates.map(({ round, seed }) => [round, seed])).toEqual(Array(3).fill([1, 4]));
    for (const { noise } of first.result?.fits ?? []) expect(noise).toBeGreaterThan(0);
    expect(first.fits.map(({ noise }) => noise)).toEqual(first.result?.fits.map(({ noise }) => noise));
    expect(first.result?.taskNoise).toHaveLength(2);
  });

  it("has its health checked, the overlap of targets with domains counted, and weights told by domain id", () => {
    const json = mixtureOf(first);
    expect(json.checks.map(({ name }: { name: string }) => name)).toContain("contamination");
    expect(json.overlaps.map(({ target }: { target: string }) => target)).toEqual(["sea", "kitchen"]);
    expect(Object.values(json.weights as Record<string, number>).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    for (const { id, weight, asGood } of json.domains) {
      expect(json.weights[id]).toBe(weight);
      expect(asGood.lower).toBeLessThanOrEqual(weight);
      expect(asGood.upper).toBeGreaterThanOrEqual(weight);
    }
    expect(json.provenance).toMatchObject({ domainSetId: first.domainSetId, seeds: { exploring: 3 } });
    for (const { outcome, sentence } of json.checks) if (outcome === "fail") expect(json.warnings).toContain(sentence);
  });
});

describe("after the first answer", () => {
  it("an extended search is that which was asked for with the larger budget, and trains nothing twice", async () => {
    const before = await trained();
    const longer = { ...spec, budget: spec.budget && { ...spec.budget, rounds: [4, 2, 1] } };
    const again = {
      ...(first.spec as SearchSpec),
      budget: first.spec?.budget && { ...first.spec.budget, rounds: [4, 2, 1] },
    };
    const extended = await finished(again);
    const { search: asked } = await client.createSearch({ requestId: "", spec: longer });
    expect(asked?.id).toBe(extended.id);
    const own = await runsOf(extended);
    const known = new Set((await runsOf(first)).map(({ runId }) => runId));
    const fresh = new Set(own.map(({ runId }) => runId).filter((id) => !known.has(id)));
    expect(await trained()).toBe(before + fresh.size);
    expect(own.slice(0, 6).map(({ mixture }) => mixture)).toEqual(
      (await runsOf(first)).slice(0, 6).map(({ mixture }) => mixture),
    );
  });

  it("other targets are searched with the runs that there are, which are evaluated on them", async () => {
    const kitchen = { ...(spec.targets[1] as (typeof spec.targets)[0]), role: TargetRole.TARGET_ROLE_OBJECTIVE };
    const old = first.spec as SearchSpec;
    const asked = SearchSpec.fromPartial({
      ...old,
      targets: [{ ...kitchen, maxRegression: 0 }],
      budget: { ...old.budget, rounds: [6] },
      reuseSearchId: first.id,
    });
    const wrong = { ...asked, budget: asked.budget && { ...asked.budget, rounds: [5] } };
    const { faults } = await client.validateSearch({ spec: wrong });
    expect(faults.map(({ field }) => field)).toEqual(["spec.budget.rounds[0]"]);
    const search = await finished(asked);
    const explored = (await runsOf(search)).filter(({ role }) => role === RunRole.RUN_ROLE_EXPLORE);
    const earlier = (await runsOf(first)).filter(({ role }) => role === RunRole.RUN_ROLE_EXPLORE);
    expect(explored.map(({ runId }) => runId)).toEqual(earlier.map(({ runId }) => runId));
    expect(explored.every(({ tasks }) => tasks.length === 1 && tasks[0]?.target === "kitchen")).toBe(true);
  });

  it("a search can be priced before it is started, by the runs that finished here", async () => {
    const { faults, estimate } = await client.validateSearch({ spec });
    expect(faults).toEqual([]);
    // 4 + 2 mixtures, 2 baselines, 1 of them all again, and a candidate and 2 baselines with 2 seeds.
    expect(estimate?.runs).toBe(6 + 2 + 1 + 3 * 2);
    expect(estimate?.runSeconds).toBeGreaterThan(0);
    expect(estimate?.measuredRuns).toBe(await trained());
  });

  it("a limit of repetition that no mixture keeps ends the search before any run, with what would be feasible", async () => {
    const input = { $case: "domainSetId" as const, value: first.domainSetId };
    const constraints = { targetTokens: 1_000_000_000n };
    const asked = SearchSpec.fromPartial({ ...spec, input, constraints, matchRepetition: false });
    const { search: created } = await client.createSearch({ requestId: "", spec: asked });
    let last = created;
    for await (const message of client.watchSearch({ id: created?.id ?? "", afterSequence: 0n })) last = message.search;
    expect(last?.status?.failure).toMatchObject({
      reason: "CONSTRAINTS_INFEASIBLE",
      message: expect.stringMatching(/Feasible are target_tokens up to \d+ or max_repetition from \d+/),
    });
    expect(last?.runsPlanned).toBe(0);
  });

  it("the user's mixtures and the feasible forms of the usual ones stand beside those, marked", async () => {
    const input = { $case: "domainSetId" as const, value: first.domainSetId };
    const ids = first.result?.domains.map(({ id }) => id) ?? [];
    const [one = "", two = ""] = ids;
    const constraints = { bounds: [{ domainId: one, upper: 0.1 }] };
    const baselines = [{ name: "ours", mixture: { [one]: 0.05, [two]: 0.95 } }];
    const search = await finished(SearchSpec.fromPartial({ ...spec, input, constraints, baselines }));
    const told = search.result?.baselines.map(({ name, obeysConstraints }) => [name, obeysConstraints]);
    expect(told).toEqual([
      ["proportional", false],
      ["uniform", false],
      ["proportional within the constraints", true],
      ["uniform within the constraints", true],
      ["ours", true],
    ]);
    expect(search.result?.verdict?.reference).toBe("proportional within the constraints");
    expect(search.result?.domains[0]?.weight).toBeLessThanOrEqual(0.1 + 1e-6);
    for (const { name, mixture } of search.result?.baselines ?? []) {
      if (name.endsWith("within the constraints")) expect(mixture[0]).toBeCloseTo(0.1, 6);
    }
  });

  it("constraints and baselines of strangers, or that no mixture meets, are refused at submission", async () => {
    const input = { $case: "domainSetId" as const, value: first.domainSetId };
    const ids = first.result?.domains.map(({ id }) => id) ?? [];
    const faultsOf = async (change: object) =>
      (await client.validateSearch({ spec: SearchSpec.fromPartial({ ...spec, input, ...change }) })).faults;
    const bounds = ids.map((domainId) => ({ domainId, upper: 0.2 }));
    expect((await faultsOf({ constraints: { bounds } }))[0]).toMatchObject({
      reason: "CONSTRAINTS_INFEASIBLE",
      message: expect.stringContaining("Feasible are upper bounds that allow 0.200 more together"),
    });
    const stranger = [{ name: "ours", mixture: { nowhere: 1 } }];
    expect((await faultsOf({ baselines: stranger }))[0]?.message).toContain("found nowhere, expected ids");
    expect((await faultsOf({ constraints: { bounds: [{ domainId: "nowhere" }] } }))[0]?.field).toBe(
      "spec.constraints.bounds[0]",
    );
    const guards = spec.targets.map((target) => ({ ...target, role: TargetRole.TARGET_ROLE_GUARDRAIL }));
    expect((await faultsOf({ targets: guards })).map(({ field }) => field)).toEqual(["spec.targets"]);
  });
});
