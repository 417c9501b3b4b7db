import { metrics } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { currentProject, inScope } from "./auth/scope.js";
import type { FixtureTasks } from "./fixtures/worker.js";
import { createLifecycle } from "./lifecycle.js";
import { forSearch } from "./telemetry/context.js";
import { openTelemetry } from "./telemetry/sdk.js";
import { withSpan } from "./telemetry/span.js";
import { createWorkerPool, type WorkerPool, workerUrl } from "./workers.js";

const exporter = new InMemorySpanExporter();
const lifecycle = createLifecycle();
let pool: WorkerPool<FixtureTasks>;
let port = 0;
beforeAll(async () => {
  port = (await openTelemetry(lifecycle, { service: "threads", metricsPort: 0 }))?.port ?? 0;
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  pool = createWorkerPool<FixtureTasks>({
    url: workerUrl(import.meta.url, "./fixtures/worker.js"),
    size: 1,
  });
});
afterEach(() => exporter.reset());
afterAll(async () => {
  await pool.close();
  await lifecycle.close();
  metrics.disable();
});

it("parts that a thread measures are spans in the trace of whoever asked for the task", async () => {
  const asked = (wait: number) => withSpan("asked", {}, () => pool.run("measure", wait));
  await asked(20);
  await expect(asked(-1)).rejects.toThrow("no time");
  const spans = exporter.getFinishedSpans();
  const of = (name: string) => spans.filter((span) => span.name === name);
  expect(spans.map(({ name }) => name)).toEqual(["part", "task measure", "asked", "part", "task measure", "asked"]);
  of("part").forEach((part, i) => {
    const caller = of("asked")[i];
    expect(part.parentSpanContext?.spanId).toBe(caller?.spanContext().spanId);
    expect(part.attributes).toEqual({ "climb.target.name": "t", "climb.task.name": "measure" });
  });
  const [seconds, nanoseconds] = of("part")[0]?.duration ?? [0, 0];
  expect(seconds * 1000 + nanoseconds / 1e6).toBeGreaterThan(18);
  expect(of("part")[1]?.status.message).toBe("no time");
});

it("progress is heard in the project of whoever asked, not of whoever started the thread", async () => {
  const heard: (string | undefined)[] = [];
  for (const project of ["red", "blue"]) {
    await inScope({ project }, () => pool.run("count", 1, { onProgress: () => heard.push(currentProject()) }));
  }
  expect(heard).toEqual(["red", "blue"]);
});

it("time of threads is told by task and project and by search, also of tasks that are not done", async () => {
  const seconds = async (series: string) => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(
      text
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.split(" ")[1] ?? Number.NaN,
    );
  };
  const green = 'climb_thread_time_total{climb_task_name="waitForAbort",climb_project_id="green"}';
  const stop = new AbortController();
  const busy = inScope({ project: "green" }, () =>
    forSearch("s-17", () => pool.run("waitForAbort", undefined, { signal: stop.signal })),
  );
  const running = await vi.waitFor(async () => {
    const now = await seconds(green);
    expect(now).toBeGreaterThan(0.05);
    return now;
  });
  stop.abort(new Error("enough"));
  await expect(busy).rejects.toThrow("enough");
  const done = await seconds(green);
  expect(done).toBeGreaterThan(running);
  expect(await seconds(green)).toBe(done);
  expect(await seconds('climb_search_time_total{climb_search_id="s-17"}')).toBe(done);
  expect(await seconds("climb_threads")).toBe(1);
});
