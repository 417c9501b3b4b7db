import { context, metrics, TraceFlags, trace } from "@opentelemetry/api";
import { afterEach, expect, it } from "vitest";
import { createLifecycle, type Lifecycle } from "../lifecycle.js";
import { count, recordSeconds } from "./metrics.js";
import { openTelemetry } from "./sdk.js";

let lifecycle: Lifecycle;
afterEach(async () => {
  await lifecycle.close();
  metrics.disable();
});

const spanOf = (digit: string, traceFlags: TraceFlags) => ({
  traceId: digit.repeat(32),
  spanId: digit.repeat(16),
  traceFlags,
});
const inSpan = (digit: string, traceFlags: TraceFlags, work: () => void) =>
  context.with(trace.setSpanContext(context.active(), spanOf(digit, traceFlags)), work);

it("links each bucket of a histogram to the last sampled trace in it, for a Prometheus that asks for OpenMetrics", async () => {
  lifecycle = createLifecycle();
  const server = await openTelemetry(lifecycle, { service: "measured", metricsPort: 0 });
  const shown = async (accept: string) => {
    const answer = await fetch(`http://127.0.0.1:${server?.port}/metrics`, { headers: { accept } });
    return { type: answer.headers.get("content-type"), lines: (await answer.text()).split("\n") };
  };
  const run = { "climb.job.queue": 'a "run"\nand \\', "climb.job.outcome": "completed" };
  count("jobs", run);
  const before = Date.now() / 1000;
  inSpan("a", TraceFlags.SAMPLED, () => recordSeconds("jobDuration", 70, run));
  inSpan("b", TraceFlags.SAMPLED, () => recordSeconds("jobDuration", 80, run));
  inSpan("c", TraceFlags.NONE, () => recordSeconds("jobDuration", 90, run));
  recordSeconds("jobDuration", 1e9, run, spanOf("d", TraceFlags.SAMPLED));
  recordSeconds("jobDuration", 2, run);

  const { type, lines } = await shown("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
  expect(type).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
  const labels = 'climb_job_queue="a \\"run\\"\\nand \\\\",climb_job_outcome="completed"';
  const bucket = (le: string) =>
    lines.find((line) => line.startsWith(`climb_job_duration_bucket{${labels},le="${le}"}`));
  const [, value, trailer, at] = /\} (\d+) # (\{.*\} \S+) (\S+)$/.exec(bucket("300") ?? "") ?? [];
  expect([value, trailer]).toEqual(["4", `{trace_id="${"b".repeat(32)}",span_id="${"b".repeat(16)}"} 80`]);
  expect(Number(at)).toBeGreaterThanOrEqual(Math.floor(before));
  expect(bucket("+Inf")).toContain(`trace_id="${"d".repeat(32)}"`);
  expect(bucket("5")).not.toContain("#");
  expect(lines).toContain("# TYPE climb_jobs counter");
  expect(lines).toContain(`climb_jobs_total{${labels}} 1`);
  expect(lines.filter((line) => line.startsWith("# UNIT"))).toEqual([]);

  const plain = await shown("text/plain");
  expect(plain.lines.filter((line) => line.includes("trace_id"))).toEqual([]);
  expect(plain.lines).toContain("# TYPE climb_jobs_total counter");
});
