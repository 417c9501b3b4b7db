import { readJson } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import { type Run, RunProgress, TaskResult } from "@climb/proto/training/v1/training_service";
import { describe, expect, it, vi } from "vitest";
import { LEASE_MS } from "./rpc/trainer-leases.js";
import { required } from "./steps/inputs.js";
import { createRun, directory, type Suite, spec, start, target, tokenSet, untilFinal } from "./testing/suite.js";

const trainer = "megatron";

/** A suite with one queued run for a trainer outside Climb. */
async function queued(
  dataDir?: string,
): Promise<{ suite: Suite; runId: string; targets: Target[]; ended: Set<string> }> {
  const suite = await start(dataDir ?? (await directory()));
  const ended = new Set<string>();
  await suite.platform.events.subscribe({
    subject: "training.run_finished",
    handler: async ({ payload }) => {
      const { runId, state } = RunFinished.decode(payload);
      ended.add(`${runId} ${JobState[state]}`);
    },
  });
  const set = await tokenSet(suite);
  const targets = [await target(suite, "kitchen"), await target(suite, "sky")];
  return { suite, runId: await createRun(suite, spec(set.id, { trainer }), targets), targets, ended };
}

const resultsOf = ({ targets }: Run, bitsPerByte = 2) =>
  targets.map(({ name, items, scoring }) =>
    TaskResult.fromPartial({ target: name, targetSha256: items?.sha256 ?? "", scoring, bitsPerByte, items: 12 }),
  );
const lease = ({ client }: Suite, waitSeconds = 0) => client.leaseRun({ trainer, waitSeconds });
const complete = (suite: Suite, leaseId: string, tasks: TaskResult[], epochs: number[] = []) =>
  suite.client.completeRun({ leaseId, tasks, seconds: 3, parameters: 1000n, weights: undefined, epochs });

/** Lets so much time pass for the service, and none for the test. */
async function later(ms: number, act: () => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
  try {
    await act();
  } finally {
    vi.useRealTimers();
  }
}

describe("a trainer outside Climb", () => {
  it("takes a run with what it needs to train it, tells how far it is, and ends it with results", async () => {
    const { suite, runId, ended } = await queued();
    const taken = await lease(suite);
    expect(taken.run).toMatchObject({ id: runId, status: { state: JobState.JOB_STATE_RUNNING }, attempts: 1 });
    expect(await readJson(suite.platform.artifacts, required(taken.tokens))).toMatchObject({
      tokenSetId: taken.run?.spec?.tokenSetId,
    });
    expect(taken.leaseSeconds).toBe(60);

    const progress = RunProgress.fromPartial({ step: 5n, steps: 10n, tokens: 640n, loss: 3 });
    await suite.client.reportProgress({ leaseId: taken.leaseId, progress });
    expect((await suite.client.getRun({ id: runId })).run?.training).toEqual(progress);

    const tasks = resultsOf(taken.run as Run);
    const { run } = await complete(suite, taken.leaseId, tasks, [0.5, 0.25]);
    expect(run).toMatchObject({
      status: { state: JobState.JOB_STATE_SUCCEEDED },
      tasks,
      seconds: 3,
      epochs: [0.5, 0.25],
    });
    // Told again, because the answer was lost: the same answer.
    expect((await complete(suite, taken.leaseId, resultsOf(taken.run as Run, 9))).run).toEqual(run);
    expect(await untilFinal(suite, runId)).toEqual(run);
    await vi.waitFor(() => expect([...ended]).toEqual([`${runId} JOB_STATE_SUCCEEDED`]));
  });

  it("takes its own runs only, each once, in the order in which they were asked for", async () => {
    const { suite, runId, targets } = await queued();
    const { tokenSetId = "" } = (await suite.client.getRun({ id: runId })).run?.spec ?? {};
    const second = await createRun(suite, spec(tokenSetId, { trainer, seed: 4 }), targets);
    const foreign = await createRun(suite, spec(tokenSetId, { trainer: "another" }), targets);
    const own = await createRun(suite, spec(tokenSetId), targets);
    expect(new Set([runId, second, foreign, own]).size).toBe(4);
    const taken = await Promise.all([lease(suite), lease(suite), lease(suite)]);
    expect(taken.map(({ run }) => run?.id ?? "none").sort()).toEqual(["none", runId, second].sort());
    expect((await untilFinal(suite, own)).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });

  it("waits for a run that is yet to come", async () => {
    const { suite, runId, targets } = await queued();
    const { run } = await lease(suite);
    const waiting = lease(suite, 20);
    const { tokenSetId = "" } = run?.spec ?? {};
    const next = await createRun(suite, spec(tokenSetId, { trainer, seed: 5 }), targets);
    expect((await waiting).run?.id).toBe(next);
    expect(next).not.toBe(runId);
  });

  it("loses a run that it was silent about to the next who asks, also after a restart of the service", async () => {
    const dataDir = await directory();
    const { suite, runId } = await queued(dataDir);
    const first = await lease(suite);
    await suite.close();
    const restarted = await start(dataDir);
    expect((await lease(restarted)).run).toBeUndefined();
    await later(LEASE_MS + 1, async () => {
      // Late, but nobody else has asked: it goes on.
      await restarted.client.reportProgress({ leaseId: first.leaseId, progress: undefined });
      expect((await lease(restarted)).run).toBeUndefined();
    });
    await later(2 * LEASE_MS + 10, async () => {
      const second = await lease(restarted);
      expect(second.run).toMatchObject({ id: runId, attempts: 2 });
      const late = { leaseId: first.leaseId, progress: undefined };
      await expect(restarted.client.reportProgress(late)).rejects.toMatchObject({ reason: "LEASE_LOST" });
      const stale = complete(restarted, first.leaseId, resultsOf(first.run as Run));
      await expect(stale).rejects.toMatchObject({ reason: "LEASE_LOST" });
      await complete(restarted, second.leaseId, resultsOf(second.run as Run));
    });
  });

  it("may give a run back twice; the third time it has FAILED with the reason", async () => {
    const { suite, runId, ended } = await queued();
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { leaseId } = await lease(suite);
      const { run } = await suite.client.failRun({ leaseId, message: "out of memory" });
      const state = attempt < 3 ? JobState.JOB_STATE_PENDING : JobState.JOB_STATE_FAILED;
      expect(run).toMatchObject({ attempts: attempt, status: { state } });
      // Told again, because the answer was lost: nothing more happens.
      expect((await suite.client.failRun({ leaseId, message: "out of memory" })).run).toEqual(run);
    }
    const { status, spec: failed } = await untilFinal(suite, runId);
    expect(status?.failure).toMatchObject({
      reason: "JOB_POISONED",
      message: 'given up after 3 tries of trainer "megatron": out of memory',
    });
    await vi.waitFor(() => expect([...ended]).toEqual([`${runId} JOB_STATE_FAILED`]));
    expect((await lease(suite)).run).toBeUndefined();
    // Asked for again, it has three tries again.
    expect(await createRun(suite, failed as NonNullable<typeof failed>, [])).toBe(runId);
    expect((await lease(suite)).run).toMatchObject({ id: runId, attempts: 1 });
  });

  it("hears with its next report that a run was cancelled", async () => {
    const { suite, runId, ended } = await queued();
    const { leaseId, run } = await lease(suite);
    await suite.client.cancelRun({ id: runId });
    const refused = { reason: "STATE_FORBIDS", message: expect.stringContaining("is CANCELLED: stop") };
    await expect(suite.client.reportProgress({ leaseId, progress: undefined })).rejects.toMatchObject(refused);
    await expect(complete(suite, leaseId, resultsOf(run as Run))).rejects.toMatchObject(refused);
    await vi.waitFor(() => expect([...ended]).toEqual([`${runId} JOB_STATE_CANCELLED`]));
  });

  it("is told what is wrong with a name, a lease or a result", async () => {
    const { suite } = await queued();
    const { leaseId, run } = await lease(suite);
    const tasks = resultsOf(run as Run);
    const [first, second] = tasks as [TaskResult, TaskResult];
    for (const [call, message] of [
      [() => suite.client.leaseRun({ trainer: "", waitSeconds: 0 }), "trainer: found an empty text"],
      [() => suite.client.leaseRun({ trainer, waitSeconds: 100 }), "wait_seconds: found 100, expected 0 to 60"],
      [() => suite.client.reportProgress({ leaseId: "mine", progress: undefined }), 'lease_id: found "mine"'],
      [
        () => complete(suite, leaseId, [first]),
        'tasks: found no result for target "sky", expected one for each target',
      ],
      [
        () => complete(suite, leaseId, [first, second, { ...second, target: "sea" }]),
        'tasks[2]: found target "sea", expected name, target_sha256 and scoring of a target of the run',
      ],
      [() => complete(suite, leaseId, [{ ...first, bitsPerByte: Number.NaN }]), "tasks[0].bits_per_byte: found NaN"],
      [() => complete(suite, leaseId, [{ ...first, items: 0 }]), "tasks[0].items: found 0"],
      [() => complete(suite, leaseId, tasks, [1]), "epochs: found 1 values, expected one for each of 2 domains"],
      [
        () => createRun(suite, spec(run?.spec?.tokenSetId ?? "", { trainer: "My trainer!" }), []),
        "spec.trainer: found",
      ],
    ] as const) {
      await expect(call()).rejects.toMatchObject({
        reason: "FIELD_INVALID",
        message: expect.stringContaining(message),
      });
    }
    expect((await complete(suite, leaseId, tasks)).run?.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });
});
