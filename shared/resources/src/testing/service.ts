import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedPlatform, type Platform } from "@climb/ports";
import type { JobState } from "@climb/proto/common/v1/job";
import { Predictor } from "@climb/proto/predictor/v1/predictor_service";
import { createLifecycle, createLogger } from "@climb/runtime";
import { defineResource, isFinal, type MakeContext, pending } from "../index.js";
import type { QuotaUse } from "../quotas.js";

type Make = (resource: Predictor, context: MakeContext<Predictor>) => Promise<(before: Predictor) => Predictor>;

/** What a test makes of the only kind of resource there is. */
export interface TestKind {
  make: Make;
  tidy?: () => Promise<void>;
  quota?: QuotaUse<Predictor>;
  cost?: (resource: Predictor) => { seconds: number; tokens: number };
}

export const never = (): AbortSignal => new AbortController().signal;

/** What a made resource is known by in tests. */
export const named =
  (warning: string): ((before: Predictor) => Predictor) =>
  (before) => ({ ...before, warnings: [warning] });

/** A data directory of its own, with what a service has of the world. */
export async function testService() {
  const dataDir = await mkdtemp(join(tmpdir(), "climb-resources-"));
  const logger = createLogger({ service: "test", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  let clockMs = Date.now();
  const now = () => new Date(clockMs++);
  const events: string[] = [];
  await platform.events.subscribe({ subject: "test.>", handler: async ({ id }) => void events.push(id) });

  /** A kind as one replica has it; several of them share the platform's state, as replicas share a broker. */
  const replica = ({ make, tidy, quota, cost }: TestKind, of: Partial<Platform> = {}) =>
    defineResource<Predictor, { id: string; warnings?: string[] }, "Predictor", "Predictors">(
      { ...platform, ...of },
      {
        kind: "thing",
        message: Predictor,
        names: { one: "Predictor", many: "Predictors" },
        check: async ({ id, warnings = [] }) =>
          id
            ? { faults: [], wanted: Predictor.fromPartial({ id, warnings, status: pending(now()) }) }
            : { faults: [{ field: "id", message: "it is empty", reason: "FIELD_INVALID" }] },
        concurrency: 2,
        make,
        ...(tidy && { tidy }),
        ...(quota && { quota }),
        ...(cost && { cost }),
        event: (_id: string, _state: JobState) => ({ subject: "test.finished", payload: new Uint8Array() }),
      },
      now,
    );

  return {
    dataDir,
    platform,
    events,
    now,
    replica,
    /** Starts a replica's work; returns what stops it. */
    work(kind: TestKind, of: Partial<Platform> = {}) {
      const stop = new AbortController();
      const one = replica(kind, { ...of, signal: stop.signal });
      const done = one.work();
      return async () => {
        stop.abort();
        await done;
      };
    },
    /** Waits for the end of a resource, as a caller does. */
    async end(id: string): Promise<Predictor> {
      const idle = replica({ make: async () => named("nobody") });
      for await (const { predictor } of idle.calls.watchPredictor({ id, afterSequence: 0n }, callContext())) {
        if (isFinal(predictor.status)) return predictor;
      }
      throw new Error("the watch ended before the resource");
    },
    async close() {
      await lifecycle.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function callContext(signal: AbortSignal = never()) {
  return { signal, peer: "test" };
}
