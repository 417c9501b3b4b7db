import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Role } from "@climb/proto/access";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import type { JobStatus } from "@climb/proto/common/v1/job";
import { EmbeddingServiceDefinition } from "@climb/proto/embedding/v1/embedding_service";
import { PredictorServiceDefinition } from "@climb/proto/predictor/v1/predictor_service";
import { type Search, SearchServiceDefinition, type SearchSpec } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { type TemporaryDirectory, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { type Call, caller, everyCall, type Stranger } from "./calls.js";
import { type Belongings, requestNaming } from "./fill.js";

const calls = everyCall();
const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
const PAGE = { pageSize: 1, pageToken: "", filter: undefined };

let [folder, suite]: [TemporaryDirectory?, Suite?] = [];
/** Of the project that has everything, and of one that has nothing. */
let [owner, stranger]: [Stranger?, Stranger?] = [];
let spec: SearchSpec;
let search: Search;
let belongings: Belongings;
/** Requests that are right in all but whose things they name, where what the descriptors give is refused for less. */
let shaped: Record<string, object>;
let cases = 0;

beforeAll(async () => {
  folder = await temporaryDirectory();
  spec = readSearchFile(writeSmallSearch(join(folder.path, "input"), 2000));
  const tokens = join(folder.path, "tokens.txt");
  const lines = ["sea", "kitchen"].map((project) => `${sha256(`of-${project}`)} somebody ${project} admin`);
  writeFileSync(tokens, lines.join("\n"));
  const env = { CLIMB_AUTH_TOKENS: tokens, CLIMB_CORPUS_ROOTS: folder.path };
  suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "silent", env });
  owner = caller(suite.address, "of-sea");
  stranger = caller(suite.address, "of-kitchen");
  search = await makeEverything(owner);
});

afterAll(async () => {
  owner?.close();
  stranger?.close();
  await suite?.close();
  await folder?.[Symbol.asyncDispose]();
  process.stdout.write(`strangers: ${cases} cases of another project, ${calls.length} calls\n`);
});

/** A search with all that it makes, a duplicate report, a lease and an upload. */
async function makeEverything(by: Stranger): Promise<Search> {
  const searches = by.client(SearchServiceDefinition);
  const created = await searches.createSearch({ requestId: "once", spec });
  let last = created.search;
  for await (const shown of searches.watchSearch({ id: last?.id ?? "", afterSequence: 0n })) last = shown.search;
  expect(last?.result).toBeDefined();
  const ids: Record<string, string> = {
    search_id: last?.id ?? "",
    embedding_set_id: last?.embeddingSetId ?? "",
    domain_set_id: last?.domainSetId ?? "",
    token_set_id: last?.tokenSetId ?? "",
  };
  const training = by.client(TrainingServiceDefinition);
  const predictors = by.client(PredictorServiceDefinition);
  const [run] = (await training.listRuns(PAGE)).runs;
  const [predictor] = (await predictors.listPredictors(PAGE)).predictors;
  const [statistics] = (await training.listTargetStatistics(PAGE)).targetStatistics;
  const [dataset] = (await searches.listDatasets(PAGE)).datasets;
  Object.assign(ids, { run_id: run?.id, predictor_id: predictor?.id, dataset_id: dataset?.id });
  Object.assign(ids, { target_statistics_id: statistics?.id });
  const report = calls.find(({ name }) => name === "CreateDuplicateReport") as Call;
  const made = (await by.ask(report, { spec: { domainSetId: ids.domain_set_id } })) as { report: { id: string } };
  Object.assign(ids, { duplicate_report_id: made.report.id, report_id: made.report.id });
  await training.createRun({
    requestId: "",
    spec: { ...run?.spec, trainer: "theirs" },
    targets: run?.targets,
  } as never);
  const { leaseId } = await training.leaseRun({ trainer: "theirs", waitSeconds: 0 });
  expect(leaseId).not.toBe("");
  const path = join(folder?.path ?? "", "input", "target.jsonl");
  const file = readFileSync(path);
  const header = { sha256: sha256(file), sizeBytes: BigInt(file.length), offset: 0n };
  const { artifact } = await by.client(StoreServiceDefinition).upload(parts(header, file));
  if (!artifact) throw new Error("the upload has no artifact");
  belongings = { ids: { ...ids, lease_id: leaseId }, artifact };
  const sources = [{ name: "target", paths: [artifact.uri] }];
  const { domainSet } = await by.client(ClusteringServiceDefinition).getDomainSet({ id: ids.domain_set_id ?? "" });
  const { tokenSet } = await training.getTokenSet({ id: ids.token_set_id ?? "" });
  const predictorId = predictor?.id;
  const mixture = { weights: run?.spec?.mixture };
  const shares = mixture.weights?.map((_, i) => ({ id: `d0${i}`, tokens: 1000n }));
  shaped = {
    CreateDomainSet: { spec: domainSet?.spec },
    CutDomainSet: { id: domainSet?.id, domains: 2 },
    UpdateDomain: { id: domainSet?.id, domainId: domainSet?.domains[0]?.id, title: "theirs" },
    RemoveDuplicates: { reportId: made.report.id, threshold: 0.9 },
    Predict: { predictorId, mixtures: [mixture] },
    Explain: { predictorId, mixture },
    Examine: { predictorId, mixture },
    Project: { domains: shares, mixtures: [mixture] },
    CreateTokenSet: { spec: { ...tokenSet?.spec, decontaminate: run?.targets } },
    CreateTargetStatistics: { tokenSetId: ids.token_set_id, targets: run?.targets },
    CreateRun: { spec: run?.spec, targets: run?.targets },
    ValidateRun: { spec: { ...run?.spec, tokenSetId: "", base: artifact } },
    PauseSearch: { id: last?.id },
    ResumeSearch: { id: last?.id },
    CreateSearch: { spec: { ...spec, input: { $case: "domainSetId", value: ids.domain_set_id } } },
    CreatePredictor: { spec: predictor?.spec },
    ValidatePredictor: { spec: predictor?.spec },
    Propose: { predictorId: predictor?.id, count: 1 },
    ImportTargets: { sources },
    ValidateTargets: { sources },
    LeaseRun: { trainer: "theirs" },
    CompleteRun: { leaseId, tasks: run?.tasks, weights: run?.weights },
    CreateDataset: { spec: dataset?.spec },
    Upload: { part: { $case: "header", value: header } },
    RetryDeadLetter: { queue: "run", jobId: "none" },
  };
  return last as Search;
}

async function* parts(header: { sha256: string; sizeBytes: bigint; offset: bigint }, data: Buffer) {
  yield { part: { $case: "header" as const, value: header } };
  yield { part: { $case: "data" as const, value: data } };
}

const requestOf = (call: Call) => shaped[call.name] ?? requestNaming(call, belongings);

/** What a call says that can be told from there being nothing. */
function tellsNothing(call: Call, answer: unknown): boolean {
  if (typeof answer === "string") return /RESOURCE_UNKNOWN|ARTIFACT_MISSING|ROLE_INSUFFICIENT/.test(answer);
  const said = answer as Record<string, unknown>;
  if (call.name.startsWith("List")) return Object.values(said).every((value) => value === "" || isEmpty(value));
  if (call.name.startsWith("Validate")) return JSON.stringify(said.faults).includes("ARTIFACT_MISSING");
  if (call.name === "LeaseRun") return said.run === undefined;
  if (call.name === "GetUsage") {
    const { projects } = answer as { projects: { project: string; storedBytes: bigint; searches: bigint }[] };
    return projects.every(({ project, storedBytes, searches }) => project === "kitchen" && !storedBytes && !searches);
  }
  return call.name === "GetUpload" && said.offset === 0n && said.artifact === undefined;
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

/** These look at numbers and paths alone, or only once they work; what comes of them is looked at below. */
const LOOKED_AT_BELOW = [
  "ValidateEmbeddingSet",
  "CreateEmbeddingSet",
  "ValidatePredictor",
  "CreatePredictor",
  "Project",
  "ProbeRun",
  "Upload",
];

it("what one project has is found by its own callers, by every call that only looks", async () => {
  const looking = calls.filter(({ role, name }) => role === Role.ROLE_VIEWER && !/^(Propose|SuggestDomain)/.test(name));
  for (const call of looking) {
    const answer = await owner?.ask(call, requestOf(call));
    cases++;
    expect(typeof answer === "string" && /UNKNOWN|MISSING|ROLE/.test(answer), `${call.path} ${answer}`).toBe(false);
    if (call.name.startsWith("List")) expect(isEmpty(Object.values(answer as object)[0]), call.path).toBe(false);
  }
});

it("is nothing to another project, by every call that can name something", async () => {
  const told: string[] = [];
  for (const call of calls.filter(({ name }) => !LOOKED_AT_BELOW.includes(name))) {
    const answer = await stranger?.ask(call, requestOf(call));
    cases++;
    const text = JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? String(value) : value));
    if (!tellsNothing(call, answer)) told.push(`${call.path}: ${text}`);
  }
  expect(told).toEqual([]);
});

it("is as it was, whatever the other project has tried to change", async () => {
  const { search: now } = (await owner?.client(SearchServiceDefinition).getSearch({ id: search.id })) ?? {};
  expect(now).toEqual(search);
});

it("is not found by work that another project begins on it either", async () => {
  const made = (await stranger?.ask(
    calls.find(({ name }) => name === "CreatePredictor") as Call,
    shaped.CreatePredictor,
  )) as { predictor: { id: string } };
  const watch = stranger
    ?.client(PredictorServiceDefinition)
    .watchPredictor({ id: made.predictor.id, afterSequence: 0n });
  let status: JobStatus | undefined;
  for await (const shown of watch ?? []) status = shown.predictor?.status;
  cases++;
  expect(status?.failure?.reason).toBe("ARTIFACT_MISSING");
});

it("lends no runs to a search of another project", async () => {
  const asked = { ...spec, reuseSearchId: search.id };
  for (const [who, reasons] of [
    [owner, []],
    [stranger, ["RESOURCE_UNKNOWN"]],
  ] as const) {
    const { faults } = await (who as Stranger).client(SearchServiceDefinition).validateSearch({ spec: asked });
    const ofSearch = faults.filter(({ field }) => field === "spec.reuse_search_id");
    expect(ofSearch.map(({ reason }) => reason)).toEqual(reasons);
  }
});

it("is made anew for another project that asks for the same, with other ids, and under the same request id", async () => {
  const other = await stranger?.client(SearchServiceDefinition).createSearch({ requestId: "once", spec });
  expect(other?.search?.id).not.toBe(search.id);
  await stranger?.client(SearchServiceDefinition).cancelSearch({ id: other?.search?.id ?? "" });
  const sets = owner?.client(EmbeddingServiceDefinition);
  const { embeddingSet } = (await sets?.getEmbeddingSet({ id: search.embeddingSetId })) ?? {};
  const create = calls.find(({ name }) => name === "CreateEmbeddingSet") as Call;
  const made = (await stranger?.ask(create, { spec: embeddingSet?.spec })) as { embeddingSet: { id: string } };
  expect(made.embeddingSet.id).toMatch(/^[0-9a-f]{32}$/);
  expect(made.embeddingSet.id).not.toBe(search.embeddingSetId);
  // The file is there, but not for this project: an upload that sends nothing of it is not whole.
  const upload = calls.find(({ name }) => name === "Upload") as Call;
  expect(await stranger?.ask(upload, shaped.Upload)).toBe("invalid FIELD_INVALID");
  cases += 3;
});
