import { metrics } from "@opentelemetry/api";
import { afterEach, expect, it, vi } from "vitest";
import { createLifecycle, type Lifecycle } from "../lifecycle.js";
import { count, METRICS, observe, recordSeconds } from "./metrics.js";
import { openTelemetry } from "./sdk.js";

let lifecycle: Lifecycle;
afterEach(async () => {
  await lifecycle.close();
  metrics.disable();
});

async function open() {
  lifecycle = createLifecycle();
  const server = await openTelemetry(lifecycle, { service: "measured", metricsPort: 0 });
  if (!server) throw new Error("expected a server");
  const get = (path: string, method = "GET") => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { server, get };
}

/** Series of the Prometheus text: its value by name and labels. */
function series(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

it("offers counts, durations and what is looked at to Prometheus, under the names that are declared", async () => {
  const { get } = await open();
  const run = { "climb.job.queue": "run", "climb.job.outcome": "completed" };
  count("jobs", run);
  count("jobs", run);
  recordSeconds("jobDuration", 70, run);
  observe("queueDepth", async (result) => result.observe(7, { "climb.job.queue": "run" }));
  const found = series(await (await get("/metrics")).text());
  const labels = 'climb_job_queue="run",climb_job_outcome="completed"';
  expect(found.get(`climb_jobs_total{${labels}}`)).toBe(2);
  expect(found.get(`climb_job_duration_sum{${labels}}`)).toBe(70);
  expect(found.get(`climb_job_duration_bucket{${labels},le="60"}`)).toBe(0);
  expect(found.get(`climb_job_duration_bucket{${labels},le="300"}`)).toBe(1);
  expect(found.get('climb_queue_depth{climb_job_queue="run"}')).toBe(7);
});

it("measures the process and its event loop: the CPU seconds and the bytes that Node itself tells of", async () => {
  const { get } = await open();
  const before = process.cpuUsage();
  const found = series(await (await get("/metrics")).text());
  const after = process.cpuUsage();
  const user = found.get('process_cpu_time_total{cpu_mode="user"}') ?? Number.NaN;
  expect(user).toBeGreaterThanOrEqual(before.user / 1e6);
  expect(user).toBeLessThanOrEqual(after.user / 1e6);
  const residentBytes = found.get("process_memory_usage") ?? Number.NaN;
  expect(residentBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0);
  expect(found.get("process_uptime")).toBeCloseTo(process.uptime(), 0);
  // The event loop is sampled every few milliseconds.
  await vi.waitFor(async () => {
    const delay = series(await (await get("/metrics")).text()).get("nodejs_eventloop_delay_p99");
    expect(delay).toBeGreaterThan(0);
  });
});

it("tells health by HTTP: alive while it runs, ready when it is said, and not while it closes", async () => {
  const { server, get } = await open();
  const status = async (path: string, method?: string) => (await get(path, method)).status;
  expect([await status("/livez"), await status("/readyz")]).toEqual([200, 503]);
  server.setReady(true);
  expect(await status("/readyz")).toBe(200);
  server.setReady(false);
  expect([await status("/readyz"), await status("/elsewhere"), await status("/readyz", "POST")]).toEqual([
    503, 404, 405,
  ]);
  server.setReady(true);
  let whileClosing = 0;
  lifecycle.onClose("look", async () => {
    whileClosing = await status("/readyz");
  });
  await lifecycle.close();
  expect(whileClosing).toBe(503);
});

it("says in a sentence which port cannot be had", async () => {
  const { server } = await open();
  const second = createLifecycle();
  await expect(openTelemetry(second, { service: "second", metricsPort: server.port })).rejects.toThrow(
    `cannot listen on port ${server.port} for metrics`,
  );
  await second.close();
});

it("describes every metric, with a unit of UCUM", () => {
  for (const { name, unit, description } of Object.values(METRICS)) {
    expect(description, name).not.toBe("");
    expect(unit, name).toMatch(/^(s|By|1|\{[a-z]+\})$/);
    expect(name).toMatch(/^(climb|rpc|process)(\.[a-z]+)+$/);
  }
});
