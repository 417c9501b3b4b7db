import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JobState } from "@climb/proto/common/v1/job";
import { Predictor } from "@climb/proto/predictor/v1/predictor_service";
import pino from "pino";
import { afterAll, describe, expect, it, vi } from "vitest";
import { ServiceError } from "./errors.js";
import { createLifecycle, type Lifecycle } from "./lifecycle.js";
import { openEmbeddedPlatform } from "./platform.js";
import { cancelResource, watchResource } from "./resource-calls.js";
import { beginResource, type MakeContext, runResourceJobs } from "./resource-jobs.js";
import { createResourceStore } from "./resources.js";
import { isFinal, pending } from "./status.js";

const { JOB_STATE_SUCCEEDED, JOB_STATE_FAILED, JOB_STATE_CANCELLED } = JobState;
type Make = (resource: Predictor, context: MakeContext<Predictor>) => Promise<(before: Predictor) => Predictor>;

const services: { lifecycle: Lifecycle; folder: string }[] = [];
afterAll(async () => {
  for (const { lifecycle, folder } of services) {
    await lifecycle.close();
    await rm(folder, { recursive: true, force: true });
  }
});

/** A service with one kind of resource, on a directory of its own. */
async function service() {
  const logger = pino({ level: "silent" });
  const dataDir = await mkdtemp(join(tmpdir(), "climb-resources-"));
  const lifecycle = createLifecycle({ logger });
  services.push({ lifecycle, folder: dataDir });
  const platform = await openEmbeddedPlatform({
    dataDir,
    logger,
    lifecycle,
  });
  const resources = createResourceStore({ log: platform.logs, prefix: "predictor/predictors", codec: Predictor });
  const kind = { platform, queue: "predictor", resources } as const;
  let clockMs = Date.now();
  const now = () => new Date(clockMs++);
  const events: string[] = [];
  await platform.events.subscribe({ subject: "predictor.>", handler: async ({ id }) => void events.push(id) });
  return {
    resources,
    events,
    now,
    queue: platform.queue("predictor"),
    begin: () => beginResource(kind, Predictor.fromPartial({ id: "p", status: pending(now()) })),
    /** Starts a worker; returns what stops it. */
    work(make: Make, tidy?: () => Promise<void>) {
      const stop = new AbortController();
      const done = runResourceJobs({
        ...kind,
        platform: { ...platform, signal: stop.signal },
        concurrency: 2,
        now,
        make,
        ...(tidy && { tidy }),
        endEvent: () => ({ subject: "predictor.finished", payload: new Uint8Array() }),
      });
      return async () => {
        stop.abort();
        await done;
      };
    },
    async end() {
      for await (const { resource } of watchResource(resources, { id: "p", afterSequence: 0n }, never())) {
        if (isFinal(resource.status)) return resource;
      }
      throw new Error("the watch ended before the resource");
    },
  };
}

const never = () => new AbortController().signal;
const named =
  (warning: string): ((before: Predictor) => Predictor) =>
  (before) => ({ ...before, warnings: [warning] });
const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("resources that jobs make", () => {
  it("succeed with what was made, are tidied up and announced", async () => {
    const { begin, work, end, events } = await service();
    await begin();
    let tidied = 0;
    const stop = work(
      async () => named("made"),
      async () => void tidied++,
    );
    expect(await end()).toMatchObject({ status: { state: JOB_STATE_SUCCEEDED }, warnings: ["made"] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(tidied).toBe(1);
    await stop();
  });

  it("fail at once for what stays wrong, and after three tries for what may pass", async () => {
    for (const [error, tries] of [
      [new ServiceError("invalid", "FIELD_INVALID", "wrong"), 1],
      [new RangeError("out of range"), 1],
      [new ServiceError("unavailable", "SERVICE_UNREACHABLE", "away"), 3],
      [new Error("unforeseen"), 3],
    ] as const) {
      const { begin, work, end } = await service();
      await begin();
      let tried = 0;
      const stop = work(async () => {
        tried++;
        throw error;
      });
      expect(await end()).toMatchObject({ status: { state: JOB_STATE_FAILED, failure: { message: error.message } } });
      expect(tried).toBe(tries);
      await stop();
    }
  });

  it("stop when they are cancelled, and nothing of the cancelled attempt is stored", async () => {
    const { begin, work, end, resources, now, events } = await service();
    await begin();
    const steps: string[] = [];
    const stop = work(async (_, { signal, update }) => {
      steps.push("started");
      await until(signal).catch(() => {});
      await update(named("too late"));
      steps.push("stopped");
      return named("too late");
    });
    await vi.waitFor(() => expect(steps).toEqual(["started"]));
    await cancelResource(resources, "p", now());
    await vi.waitFor(() => expect(steps).toEqual(["started", "stopped"]));
    expect(await end()).toMatchObject({ status: { state: JOB_STATE_CANCELLED }, warnings: [] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await stop();
  });

  it("begin again at once after a cancel, though a dead worker still holds the lease of the first job", async () => {
    const { begin, work, end, resources, now, queue, events } = await service();
    await begin();
    expect(await queue.lease({ waitMs: 0 })).toBeDefined();
    await cancelResource(resources, "p", now());
    await begin();
    const stop = work(async () => named("made"));
    expect(await end()).toMatchObject({ status: { state: JOB_STATE_SUCCEEDED }, warnings: ["made"] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await stop();
  });

  it("are made once, however often they are asked for", async () => {
    const { begin, work, end } = await service();
    let made = 0;
    const stop = work(async () => {
      made++;
      return named("made");
    });
    await Promise.all([begin(), begin(), begin()]);
    await end();
    await begin();
    await stop();
    expect(made).toBe(1);
  });

  it("are watched to their last state, also by one who has seen it", async () => {
    const { begin, work, end, resources } = await service();
    await begin();
    const stop = work(async () => named("made"));
    await end();
    let last = 0n;
    for await (const { sequence } of watchResource(resources, { id: "p", afterSequence: 0n }, never())) last = sequence;
    const again: bigint[] = [];
    for await (const { sequence } of watchResource(resources, { id: "p", afterSequence: last }, never())) {
      again.push(sequence);
    }
    expect(again).toEqual([]);
    await stop();
  });
});
