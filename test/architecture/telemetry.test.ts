import { expect, it } from "vitest";
import { ATTRIBUTES } from "../../shared/runtime/src/telemetry/attributes.js";
import { METRICS } from "../../shared/runtime/src/telemetry/metrics.js";
import { codeOf, sources } from "./sources.js";

const DECLARED = ["shared/runtime/src/telemetry/attributes.ts", "shared/runtime/src/telemetry/metrics.ts"];
/** Spans by name, in the order in which a search meets them; what is in angle brackets differs. */
const SPANS: [string, string][] = [
  ["climb", "a command, from its begin to its end: the root of the trace"],
  ["<package>.<Service>/<Method>", "a call, on both sides"],
  [
    "job <queue> begins",
    "the mark of a delivery of a job, sent at once: what the job begins hangs below it, whatever becomes of its worker. Linked to the mark of the delivery before",
  ],
  ["job <queue>", "a delivery of a job in the hands of one worker; of one that was killed there is the mark alone"],
  ["job <queue> goes on", "the mark of the trace in which a job goes on that outlasted CLIMB_SPAN_LIMIT_MS"],
  ["step <step>", "a step of a search, below a mark of its own"],
  ["round", "a round of a search, from its planning to its fit"],
  ["train", "the training of a run, with an event for each checkpoint"],
  ["evaluate", "the evaluation of a run on its targets"],
  ["task <task>", "what a worker thread computes"],
  ["open training session", "a part of it: the graph is built"],
  ["evaluate target", "a part of it: one target is scored"],
  ["publish <subject>", "an event is told"],
  ["receive <subject>", "an event is heard"],
];
const production = sources().filter(({ test, path }) => !test && !DECLARED.includes(path));

it("makes instruments in one place: every metric's name is declared there", () => {
  const maker = /\bcreate(Counter|UpDownCounter|Histogram|Gauge|Observable\w+)\(/;
  expect(production.filter((source) => maker.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
});

it("uses no attribute and no metric of our own that is not declared", () => {
  const known = new Set<string>([...Object.keys(ATTRIBUTES), ...Object.values(METRICS).map(({ name }) => name)]);
  const used = production.flatMap((source) =>
    [...codeOf(source).matchAll(/"(climb(?:\.[a-z_]+){2,})"/g)].flatMap(([, name = ""]) =>
      // Names of services in the contracts look alike.
      /^climb\.[a-z]+\.v\d/.test(name) ? [] : { name, path: source.path },
    ),
  );
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter(({ name }) => !known.has(name))).toEqual([]);
});

it("documents them in a table, which is made again by vitest -u", async () => {
  const attributes = Object.entries(ATTRIBUTES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  const metrics = Object.values(METRICS).map(
    ({ name, type, unit, description }) =>
      `| \`${name}\` | ${type.replace("observable ", "")} | \`${unit}\` | ${description} |`,
  );
  const text = [
    "# What Climb tells of itself",
    "",
    "Made from `src/telemetry/attributes.ts` and `src/telemetry/metrics.ts` by `npx vitest run test/architecture/telemetry.test.ts -u`.",
    "Calls, processes and Node are named by the semantic conventions of OpenTelemetry; these are our own.",
    "",
    "## Spans",
    "",
    "| span | is |",
    "| --- | --- |",
    ...SPANS.map(([name, meaning]) => `| \`${name}\` | ${meaning} |`),
    "",
    "## Attributes",
    "",
    "| attribute | meaning |",
    "| --- | --- |",
    ...attributes,
    "",
    "## Metrics",
    "",
    "In Prometheus names have underscores for dots, and counters end in `_total`. Where it asks for OpenMetrics, as it does if it",
    "stores exemplars, each bucket of a duration has the last sampled trace in it.",
    "",
    "| metric | type | unit | meaning |",
    "| --- | --- | --- | --- |",
    ...metrics,
    "",
  ].join("\n");
  await expect(text).toMatchFileSnapshot("../../shared/runtime/TELEMETRY.md");
});

it("names no span that the table of spans lacks", () => {
  const begun = production.flatMap((source) =>
    [...source.text.matchAll(/\b(?:withSpan|withLongSpan|recordSpan|measured)\(\s*["`]([^"`$]+)/g)].map(
      ([, name = ""]) => name.trim(),
    ),
  );
  expect(begun.length).toBeGreaterThan(8);
  const known = SPANS.map(([name]) => name.split(" <")[0]);
  expect([...new Set(begun)].filter((name) => !known.includes(name))).toEqual([]);
});

it("declares nothing that nobody uses", () => {
  const text = production.map(codeOf).join("\n");
  const keys = Object.keys(METRICS).filter((key) => !text.includes(`"${key}"`));
  const attributes = Object.keys(ATTRIBUTES).filter((name) => !text.includes(`"${name}"`));
  expect([...keys, ...attributes]).toEqual([]);
});
