import { truncate } from "node:fs/promises";
import { JobState } from "@climb/proto/common/v1/job";
import { Scoring } from "@climb/proto/training/v1/target";
import { describe, expect, it } from "vitest";
import { encodeCheckpoint } from "./core/training/checkpoint.js";
import { initialState } from "./core/training/state.js";
import { readManifest } from "./steps/inputs.js";
import { createRun, directory, spec, start, target, tokenSet, untilFinal, untilSteps } from "./testing/suite.js";

describe("runs", () => {
  it("give the same weights and figures when they were stopped in the middle, again and again", async () => {
    const long = { tokens: 300_000n };
    const whole = await start(await directory());
    const expected = await untilFinal(
      whole,
      await createRun(whole, spec((await tokenSet(whole)).id, long), [await target(whole, "sky")]),
    );
    const dataDir = await directory();
    let id = "";
    for (let stop = 0; stop < 2; stop++) {
      const suite = await start(dataDir);
      if (!id) id = await createRun(suite, spec((await tokenSet(suite)).id, long), [await target(suite, "sky")]);
      await untilSteps(suite, id);
      await new Promise((resolve) => setTimeout(resolve, 40 + 70 * stop));
      await suite.close();
    }
    const suite = await start(dataDir);
    const run = await untilFinal(suite, id);
    expect(run.id).toBe(expected.id);
    expect(run.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(run.attempts).toBeGreaterThan(1);
    expect(run.weights?.sha256).toBe(expected.weights?.sha256);
    expect(run.tasks).toEqual(expected.tasks);
    expect(run.epochs).toEqual(expected.epochs);
  });

  it("are evaluated on further targets with the weights that are there, and on those asked for while they train", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const [kitchen, sky] = [await target(suite, "kitchen"), await target(suite, "sky")];
    const id = await createRun(suite, spec(set.id), [kitchen]);
    expect(await createRun(suite, spec(set.id), [sky])).toBe(id);
    const first = await untilFinal(suite, id);
    expect(first.tasks.map((task) => task.target)).toEqual(["kitchen", "sky"]);

    const answers = await target(suite, "sky", Scoring.SCORING_ANSWER);
    expect(await createRun(suite, spec(set.id), [answers, kitchen])).toBe(id);
    const second = await untilFinal(suite, id);
    expect(second.tasks.slice(0, 2)).toEqual(first.tasks);
    expect(second.tasks[2]).toMatchObject({ target: "sky", scoring: Scoring.SCORING_ANSWER });
    expect(second.tasks[2]?.bitsPerByte).not.toBe(first.tasks[1]?.bitsPerByte);
    expect(second.weights).toEqual(first.weights);
    expect(second.seconds).toBeGreaterThan(first.seconds);

    expect(second.attempts).toBeGreaterThan(first.attempts);

    // Asked for again with nothing new, it is the same resource as it stands.
    const again = await suite.client.createRun({ requestId: "", spec: spec(set.id), targets: [kitchen, sky] });
    expect(again.run).toEqual(second);
  });

  it("tell fifty who watch one how far it is, each from its beginning to its end", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const id = await createRun(suite, spec(set.id, { tokens: 200_000n }), [await target(suite, "sky")]);
    const seen = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const [steps, sequences]: [number[], bigint[]] = [[], []];
        let last = JobState.JOB_STATE_UNSPECIFIED;
        for await (const { run, sequence } of suite.client.watchRun({ id, afterSequence: 0n })) {
          sequences.push(sequence);
          if (run?.training) steps.push(Number(run.training.step));
          last = run?.status?.state ?? last;
        }
        return { steps, sequences, last };
      }),
    );
    for (const { steps, sequences, last } of seen) {
      expect(last).toBe(JobState.JOB_STATE_SUCCEEDED);
      expect(steps.length).toBeGreaterThan(1);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
      expect(new Set(sequences).size).toBe(sequences.length);
    }
  });

  it("stop within a second when they are cancelled, and go on when they are asked for again", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const long = spec(set.id, { tokens: 300_000n });
    const id = await createRun(suite, long, [await target(suite, "sky")]);
    await untilSteps(suite, id);
    await suite.client.cancelRun({ id });
    // The state changes with the call; the checkpoint is the last thing the worker does before it stops.
    const run = await untilFinal(suite, id);
    expect(run.status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    await expect
      .poll(() => suite.platform.artifacts.stat(`training/runs/${id}/checkpoint.safetensors`), { timeout: 1000 })
      .toBeDefined();
    const { run: again } = await suite.client.createRun({ requestId: "", spec: long, targets: [] });
    expect(again?.status?.state).toBe(JobState.JOB_STATE_PENDING);
    expect((await untilFinal(suite, id)).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });

  it("fail when the loss is no number, with the step and what may help", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const long = spec(set.id, { tokens: 300_000n });
    const id = await createRun(suite, long, []);
    await untilSteps(suite, id);
    await suite.client.cancelRun({ id });
    const { artifacts } = suite.platform;
    const path = `training/runs/${id}/checkpoint.safetensors`;
    await expect.poll(() => artifacts.stat(path)).toBeDefined();
    // Clipping keeps even absurd learning rates finite, so the checkpoint is what breaks the run here.
    const manifest = await readManifest(artifacts, set);
    const shape = { vocabulary: manifest.vocabulary, width: 16, layers: 1, heads: 2, context: 32, tied: false };
    const state = { ...initialState(shape, 3), step: 40 };
    state.parameters.get("head")?.fill(Number.NaN);
    await artifacts.put(path, encodeCheckpoint(shape, state), { replaced: true });
    await createRun(suite, long, []);
    const run = await untilFinal(suite, id);
    expect(run.status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(run.status?.failure?.reason).toBe("LOSS_DIVERGED");
    expect(run.status?.failure?.message).toBe("the loss became NaN at step 41 of 2344; a lower learning rate may help");
  });

  it("fail on a truncated token file at once, with the file and its digest", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const { artifacts } = suite.platform;
    const manifest = await readManifest(artifacts, set);
    const [domain] = manifest.domains;
    const file = await artifacts.stat(`training/token-sets/${set.id}/tokens-${domain?.domainId}.u16`);
    if (!file) throw new Error("expected a token file");
    await truncate(await artifacts.localPath(file), file.sizeBytes - 2);
    const asked = performance.now();
    const run = await untilFinal(suite, await createRun(suite, spec(set.id), []));
    expect(run.status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(run.status?.failure).toMatchObject({
      reason: "ARTIFACT_CORRUPT",
      metadata: { uri: file.uri, expected: file.sha256 },
    });
    expect(run.attempts).toBe(1);
    expect(performance.now() - asked).toBeLessThan(5000);
  });
});
