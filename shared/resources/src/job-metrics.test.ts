import { createLifecycle, openTelemetry, ServiceError } from "@climb/runtime";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { callContext, named, testService } from "./testing/service.js";

const telemetry = createLifecycle();
let port = 0;
beforeAll(async () => {
  port = (await openTelemetry(telemetry, { service: "test", metricsPort: 0 }))?.port ?? 0;
});
afterAll(() => telemetry.close());

/** Jobs by their outcome so far. */
async function outcomes(): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const series = text.matchAll(/^climb_jobs_total\{.*climb_job_outcome="(\w+)".*\} (\d+)$/gm);
  return Object.fromEntries([...series].map(([, outcome = "", jobs]) => [outcome, Number(jobs)]));
}

it("counts every job that a worker let go of by what became of it, and measures how long it had it", async () => {
  const service = await testService();
  const { replica, work, end } = service;
  let tries = 0;
  const stop = work({
    make: async ({ id }) => {
      if (id === "wrong") throw new ServiceError("invalid", "FIELD_INVALID", "wrong");
      if (id === "unforeseen") {
        tries++;
        throw new Error("unforeseen");
      }
      return named("made");
    },
  });
  for (const id of ["right", "wrong", "unforeseen"]) {
    await replica({ make: async () => named("nobody") }).create({ id, requestId: "" }, callContext());
    await end(id);
  }
  // What is wrong ends the resource, and its job is done; what nobody foresaw is tried three times.
  await vi.waitFor(async () => expect(await outcomes()).toEqual({ completed: 2, failed: 2, buried: 1 }));
  expect(tries).toBe(3);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toMatch(/^climb_job_duration_count\{.*climb_job_outcome="completed".*\} 2$/m);
  await stop();
  await service.close();
});

it("tells how long this process has had the oldest lease of a queue, and 0 once it is over", async () => {
  const service = await testService();
  const { replica, work, end } = service;
  let done = () => {};
  const age = async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const found = /^climb_lease_age\{climb_job_queue="\w+"\} (\S+)$/m.exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const held = new Promise<void>((resolve) => {
    done = resolve;
  });
  const stop = work({ make: () => held.then(() => named("made")) });
  await replica({ make: async () => named("nobody") }).create({ id: "slow", requestId: "" }, callContext());
  await vi.waitFor(async () => expect(await age()).toBeGreaterThan(0.1));
  const before = (await age()) ?? 0;
  expect(await age()).toBeGreaterThan(before);
  done();
  await end("slow");
  await vi.waitFor(async () => expect(await age()).toBe(0));
  await stop();
  await service.close();
});
