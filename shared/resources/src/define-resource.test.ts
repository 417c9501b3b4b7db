import { JobState } from "@climb/proto/common/v1/job";
import { ServiceError } from "@climb/runtime";
import { afterAll, describe, expect, it, vi } from "vitest";
import { callContext, named, testService } from "./testing/service.js";

const { JOB_STATE_SUCCEEDED, JOB_STATE_FAILED, JOB_STATE_CANCELLED } = JobState;

const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const service of opened) await service.close();
});
async function service() {
  const made = await testService();
  opened.push(made);
  return made;
}

const idle = { make: async () => named("nobody") };
const request = (id: string, requestId = "") => ({ id, requestId });
const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("resources that jobs make", () => {
  it("succeed with what was made, are tidied up and announced", async () => {
    const { replica, work, end, events } = await service();
    let tidied = 0;
    await replica(idle).create(request("p"), callContext());
    const stop = work({ make: async () => named("made"), tidy: async () => void tidied++ });
    expect(await end("p")).toMatchObject({ status: { state: JOB_STATE_SUCCEEDED }, warnings: ["made"] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(tidied).toBe(1);
    await stop();
  });

  it("fail at once for what stays wrong, and after three tries for what nobody foresaw", async () => {
    for (const [error, tries] of [
      [new ServiceError("invalid", "FIELD_INVALID", "wrong"), 1],
      [new RangeError("out of range"), 1],
      [new Error("unforeseen"), 3],
    ] as const) {
      const { replica, work, end } = await service();
      await replica(idle).create(request("p"), callContext());
      let tried = 0;
      const stop = work({
        make: async () => {
          tried++;
          throw error;
        },
      });
      expect(await end("p")).toMatchObject({
        status: { state: JOB_STATE_FAILED, failure: { message: error.message } },
      });
      expect(tried).toBe(tries);
      await stop();
    }
  });

  it("wait for what is away, however often it is", async () => {
    const { replica, work, end } = await service();
    await replica(idle).create(request("p"), callContext());
    let tried = 0;
    const stop = work({
      make: async () => {
        if (++tried < 5) throw new ServiceError("unavailable", "PEER_UNREACHABLE", "away");
        return named("made");
      },
    });
    expect(await end("p")).toMatchObject({ status: { state: JOB_STATE_SUCCEEDED } });
    expect(tried).toBe(5);
    await stop();
  });

  it("stop when they are cancelled, and nothing of the cancelled attempt is stored", async () => {
    const { replica, work, end, events } = await service();
    const kind = replica(idle);
    await kind.create(request("p"), callContext());
    const steps: string[] = [];
    const stop = work({
      make: async (_, { signal, update }) => {
        steps.push("started");
        await until(signal).catch(() => {});
        await update(named("too late"));
        steps.push("stopped");
        return named("too late");
      },
    });
    await vi.waitFor(() => expect(steps).toEqual(["started"]));
    await kind.calls.cancelPredictor({ id: "p" });
    await vi.waitFor(() => expect(steps).toEqual(["started", "stopped"]));
    expect(await end("p")).toMatchObject({ status: { state: JOB_STATE_CANCELLED }, warnings: [] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await stop();
  });

  it("begin again at once after a cancel, though a dead worker still holds the lease of the first job", async () => {
    const { replica, work, end, platform, events } = await service();
    const kind = replica(idle);
    await kind.create(request("p"), callContext());
    expect(await platform.queue("thing").lease({ waitMs: 0 })).toBeDefined();
    await kind.calls.cancelPredictor({ id: "p" });
    await kind.create(request("p"), callContext());
    const stop = work({ make: async () => named("made") });
    expect(await end("p")).toMatchObject({ status: { state: JOB_STATE_SUCCEEDED }, warnings: ["made"] });
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await stop();
  });

  it("are made once, however often they are asked for", async () => {
    const { replica, work, end } = await service();
    let made = 0;
    const stop = work({
      make: async () => {
        made++;
        return named("made");
      },
    });
    const kind = replica(idle);
    await Promise.all([1, 2, 3].map(() => kind.create(request("p"), callContext())));
    await end("p");
    await kind.create(request("p"), callContext());
    await stop();
    expect(made).toBe(1);
  });

  it("keep to the request id that made them", async () => {
    const { replica } = await service();
    const kind = replica(idle);
    await kind.create(request("a", "one"), callContext());
    await kind.create(request("a", "one"), callContext());
    await expect(kind.create(request("b", "one"), callContext())).rejects.toMatchObject({
      reason: "REQUEST_ID_REUSED",
    });
  });

  it("are refused with the first fault, and all faults are listed", async () => {
    const { replica } = await service();
    const kind = replica(idle);
    await expect(kind.create(request(""), callContext())).rejects.toMatchObject({
      kind: "invalid",
      reason: "FIELD_INVALID",
      metadata: { field: "id" },
    });
    expect((await kind.validate(request(""), callContext())).faults).toHaveLength(1);
  });

  it("are listed by state, and show how far their work is", async () => {
    const { replica, work, end, platform } = await service();
    const kind = replica(idle);
    await kind.create(request("p"), callContext());
    let go = () => {};
    const stop = work({
      make: async (_, { report }) => {
        report({ stage: "half", done: 1, total: 2, unit: "halves" });
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return named("made");
      },
    });
    await vi.waitFor(async () =>
      expect((await kind.calls.getPredictor({ id: "p" })).predictor).toMatchObject({
        status: { progress: { stage: "half", done: 1 } },
      }),
    );
    const list = async (state: JobState) => {
      const filter = { states: [state], labels: {}, createdFrom: undefined, createdBefore: undefined };
      return (await kind.calls.listPredictors({ pageSize: 0, pageToken: "", filter })).predictors.map(({ id }) => id);
    };
    expect(await list(JobState.JOB_STATE_RUNNING)).toEqual(["p"]);
    go();
    await end("p");
    expect([await list(JobState.JOB_STATE_RUNNING), await list(JOB_STATE_SUCCEEDED)]).toEqual([[], ["p"]]);
    await stop();
    expect(await platform.progress.get("thing", "p")).toBeUndefined();
  });

  it("show those who watch them from the start how far their work is, however late that is told", async () => {
    const { replica, work, end } = await service();
    const kind = replica(idle);
    await kind.create(request("p"), callContext());
    const seen: (string | undefined)[] = [];
    const watching = (async () => {
      const { signal } = new AbortController();
      for await (const { predictor } of kind.calls.watchPredictor(
        { id: "p", afterSequence: 0n },
        { ...callContext(), signal },
      )) {
        seen.push(predictor?.status?.progress?.stage);
      }
    })();
    const stop = work({
      make: async (_, { report }) => {
        await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1));
        await new Promise((resolve) => setTimeout(resolve, 300));
        report({ stage: "half", done: 1, total: 2, unit: "halves" });
        await vi.waitFor(() => expect(seen).toContain("half"));
        return named("made");
      },
    });
    await end("p");
    await watching;
    await stop();
    expect(seen.at(-1)).toBeUndefined();
  });

  it("are watched to their last state, also by one who has seen it", async () => {
    const { replica, work, end } = await service();
    const kind = replica(idle);
    await kind.create(request("p"), callContext());
    const stop = work({ make: async () => named("made") });
    await end("p");
    const sequences = async (afterSequence: bigint) => {
      const seen: bigint[] = [];
      for await (const { sequence } of kind.calls.watchPredictor({ id: "p", afterSequence }, callContext())) {
        seen.push(sequence);
      }
      return seen;
    };
    const last = (await sequences(0n)).at(-1) ?? 0n;
    expect(last).toBeGreaterThan(0n);
    expect(await sequences(last)).toEqual([]);
    await stop();
  });
});

describe("resources that are deleted", () => {
  it("are gone, once they have ended and nothing needs them", async () => {
    const { replica } = await service();
    const kind = replica(idle);
    await kind.create(request("needed-one"), callContext());
    await expect(kind.calls.deletePredictor({ id: "needed-one" })).rejects.toMatchObject({ reason: "STATE_FORBIDS" });
    await kind.calls.cancelPredictor({ id: "needed-one" });
    await kind.create({ ...request("other"), warnings: ["made of needed-one"] }, callContext());
    await expect(kind.calls.deletePredictor({ id: "needed-one" })).rejects.toMatchObject({
      reason: "STATE_FORBIDS",
      metadata: { by: "thing other" },
    });
    await kind.calls.cancelPredictor({ id: "other" });
    await kind.calls.deletePredictor({ id: "other" });
    await kind.calls.deletePredictor({ id: "needed-one" });
    await expect(kind.calls.getPredictor({ id: "needed-one" })).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
  });

  it("stay, or whoever comes to need them is refused: never a resource whose parts are gone", async () => {
    const { replica } = await service();
    const kind = replica(idle);
    for (let round = 0; round < 20; round++) {
      const [part, whole] = [`part-${round}`, `whole-${round}`];
      await kind.create(request(part), callContext());
      await kind.calls.cancelPredictor({ id: part });
      const [deleted, created] = await Promise.allSettled([
        kind.calls.deletePredictor({ id: part }),
        kind.create({ ...request(whole), warnings: [part] }, callContext()),
      ]);
      const isThere = (id: string) =>
        kind.calls.getPredictor({ id }).then(
          () => true,
          () => false,
        );
      if (await isThere(whole)) expect(await isThere(part)).toBe(true);
      expect(deleted.status === "fulfilled" && created.status === "fulfilled").toBe(false);
    }
  });
});
