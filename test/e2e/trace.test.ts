import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ATTRIBUTES } from "@climb/runtime";
import { startNatsServer, startServices, temporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CollectedSpan, type Collector, startCollector } from "./collector.js";
import { climb } from "./processes.js";

let collector: Collector;
let spans: CollectedSpan[];
let logs: string;
let byId: Map<string, CollectedSpan>;
let root: CollectedSpan;

beforeAll(async () => {
  await using folder = await temporaryDirectory();
  collector = await startCollector();
  await using nats = await startNatsServer();
  const search = writeSmallSearch(join(folder.path, "input"), 40_000);
  const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  const env = {
    ...telemetry,
    CLIMB_NATS_URL: nats.url,
    CLIMB_ARTIFACTS_URL: `file://${join(folder.path, "artifacts")}`,
    CLIMB_CORPUS_ROOTS: folder.path,
    CLIMB_WORKERS: "1",
    CLIMB_CHECKPOINT_MS: "100",
  };
  {
    await using services = await startServices(env, { "proxy-training": { CLIMB_ROLE: "api" } });
    const survivor = await services.add("proxy-training", { CLIMB_ROLE: "worker" });
    const doomed = await services.add("proxy-training", { CLIMB_ROLE: "worker", CLIMB_QUEUES: "run" });
    const run = climb(["--address", services.address, "run", search, "--out", join(folder.path, "out")], telemetry);
    await vi.waitFor(() => expect(doomed.logs).toMatch(/"kind":"run".*work begins/), {
      timeout: 200_000,
      interval: 10,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await doomed.end("SIGKILL");
    const finished = await run.finished;
    logs = [...Object.values(services.logs), survivor.logs].join("\n");
    expect(finished, finished.stderr + logs).toMatchObject({ code: 0 });
  }
  spans = collector.spans;
  if (process.env.CLIMB_KEEP_SPANS) writeFileSync(process.env.CLIMB_KEEP_SPANS, JSON.stringify(spans, null, 1));
  byId = new Map(spans.map((span) => [span.spanId, span]));
  root = spans.find(({ service, parentId }) => service === "climb" && parentId === "") as CollectedSpan;
}, 400_000);
afterAll(() => collector?.[Symbol.asyncDispose]());

const named = (name: string) => spans.filter((span) => span.name === name);

/** The services on the way from the command to a span, each once in a row. */
function way(from: CollectedSpan): string[] {
  const services: string[] = [];
  for (let span: CollectedSpan | undefined = from; span; span = byId.get(span.parentId)) {
    if (services[0] !== span.service) services.unshift(span.service);
  }
  return services;
}

describe("the spans of a search over five services whose training worker is killed in the middle of a run", () => {
  it("are one trace, from the command to the last worker, and none hangs on a span that nobody has sent", () => {
    expect(byId.size).toBe(spans.length);
    expect(spans.filter(({ parentId }) => parentId !== "" && !byId.has(parentId))).toEqual([]);
    const search = named("job search")[0]?.attributes["climb.search.id"];
    const ofTheSearch = spans.filter(({ attributes }) => attributes["climb.search.id"] === search);
    expect(new Set(ofTheSearch.map(({ traceId }) => traceId))).toEqual(new Set([root.traceId]));
    expect(ofTheSearch.length).toBeGreaterThan(300);
  });

  it("go from service to service, over calls, jobs and threads, and back by events", () => {
    for (const part of ["train", "evaluate", "task trainProxy", "open training session", "evaluate target"]) {
      expect(named(part).length, part).toBeGreaterThan(0);
      for (const span of named(part)) expect(way(span)).toEqual(["climb", "search-coordinator", "proxy-training"]);
    }
    const fits = named("task fitTarget").map(way);
    expect(fits[0]).toEqual(["climb", "search-coordinator", "predictor"]);
    const heard = named("receive training.run_finished").map(way);
    expect(heard[0]).toEqual(["climb", "search-coordinator", "proxy-training", "search-coordinator"]);
    for (const queue of ["embedding-set", "domain-set", "token-set", "predictor"]) {
      expect(named(`job ${queue}`).length, queue).toBeGreaterThan(0);
    }
  });

  it("are there for each step, round, run and evaluation", () => {
    const steps = new Set(spans.flatMap(({ name }) => (/^step (\w+)$/.exec(name) ?? []).slice(1)));
    for (const step of ["embed", "cluster", "tokenise", "planRound", "awaitRuns", "fit", "planConfirmation", "decide"])
      expect([...steps]).toContain(step);
    expect(named("round").map(({ attributes }) => attributes["climb.search.round"])).toEqual([1, 2]);
    const runs = (spans: CollectedSpan[]) => new Set(spans.map(({ attributes }) => attributes["climb.run.id"]));
    expect(runs(named("train"))).toEqual(runs(named("job run")));
    expect(runs(named("evaluate"))).toEqual(runs(named("job run")));
    const checkpoints = named("train").flatMap(({ events }) => events.filter(({ name }) => name === "checkpoint"));
    expect(checkpoints.length).toBeGreaterThan(0);
    for (const { attributes } of checkpoints) {
      expect(attributes["climb.training.step"]).toBeGreaterThan(0);
      expect(attributes["climb.checkpoint.bytes"]).toBeGreaterThan(1000);
      expect(attributes["climb.checkpoint.seconds"]).toBeGreaterThan(0);
    }
  });

  it("link the run that was taken over to the attempt that was lost with its worker", () => {
    const again = named("job run begins").filter(({ attributes }) => attributes["climb.job.delivery"] !== 1);
    expect(again.length).toBeGreaterThan(0);
    for (const { links, attributes } of again) {
      expect(links.map((link) => link.attributes["climb.link.reason"])).toEqual(["earlier delivery"]);
      const lost = byId.get(links[0]?.spanId ?? "");
      expect(lost?.traceId).toBe(links[0]?.traceId);
      expect(lost).toMatchObject({ name: "job run begins", traceId: root.traceId });
      expect(lost?.attributes["climb.job.id"]).toBe(attributes["climb.job.id"]);
      // Of the lost attempt there is the mark alone: its span never ended.
      expect(named("job run").filter(({ parentId }) => parentId === lost?.spanId)).toEqual([]);
    }
  });

  it("have no attribute of ours that the table lacks, and the log lines carry trace and search", () => {
    const used = new Set(
      spans.flatMap(({ attributes, events, links }) =>
        [attributes, ...events.map((event) => event.attributes), ...links.map((link) => link.attributes)].flatMap(
          Object.keys,
        ),
      ),
    );
    const ours = [...used].filter((name) => name.startsWith("climb."));
    expect(ours.filter((name) => !(name in ATTRIBUTES))).toEqual([]);
    const lines = logs.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
    const ofRuns = lines.filter(({ kind, msg }) => kind === "run" && msg === "work begins");
    expect(ofRuns.length).toBeGreaterThan(0);
    const search = named("job search")[0]?.attributes["climb.search.id"];
    for (const line of ofRuns) expect(line).toMatchObject({ trace_id: root.traceId, "climb.search.id": search });
  });
});
