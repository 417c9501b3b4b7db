import { createHash } from "node:crypto";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSession, Tensor } from "@climb/onnx";
import { JobState } from "@climb/proto/common/v1/job";
import { Scoring } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import {
  Activation,
  ModelFormat,
  type RunSpec,
  TargetStatistics,
  TokenManifest,
  TokenSpec,
} from "@climb/proto/training/v1/training_service";
import { describe, expect, it } from "vitest";
import { fromHuggingFace } from "./core/tokenizer/hugging-face.js";
import { encodeCheckpoint } from "./core/training/checkpoint.js";
import { initialState } from "./core/training/state.js";
import { readText } from "./jobs/context.js";
import {
  createRun,
  directory,
  documents,
  names,
  proxy,
  readBytes,
  shards,
  spec,
  start,
  target,
  text,
  tokenSet,
  untilFinal,
  untilSteps,
  vocabularies,
} from "./testing/suite.js";

describe("the training service", { timeout: 40_000 }, () => {
  it("turns domains into tokens: every kept document in order, each ended, nothing lost", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    expect(set.status?.failure).toBeUndefined();
    const { artifacts } = suite.platform;
    const manifest = TokenManifest.fromJSON(JSON.parse(await readText(artifacts, set.manifest)));
    expect(manifest.domains.map(({ domainId }) => domainId)).toEqual(names);
    const tokenizer = fromHuggingFace(JSON.parse(await readText(artifacts, manifest.tokenizer)));
    expect(tokenizer.vocabularySize).toBe(manifest.vocabulary);
    for (const [j, domain] of manifest.domains.entries()) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of artifacts.get(domain.artifact?.uri ?? "")) chunks.push(chunk);
      const tokens = new Uint16Array(Uint8Array.from(Buffer.concat(chunks)).buffer);
      const expected: string[] = [];
      for (let shard = 0; shard < shards; shard++) {
        for (let i = j; i < documents; i += 2) {
          const words = vocabularies[names[j] as keyof typeof vocabularies];
          if (i % 10 !== 9) expected.push(text(words, 150, `document ${shard} ${i}`));
        }
      }
      expect(tokens.length).toBe(Number(domain.tokens));
      const found: string[] = [];
      let from = 0;
      tokens.forEach((token, t) => {
        if (token !== manifest.endOfText) return;
        found.push(tokenizer.decode(tokens.subarray(from, t)));
        from = t + 1;
      });
      expect(found).toEqual(expected);
    }
    const parts = async () => {
      const left: string[] = [];
      for await (const { path } of artifacts.list(`training/token-sets/${set.id}/parts/`)) left.push(path);
      return left;
    };
    await expect.poll(parts).toEqual([]);
  });

  it("goes on from a base: another run's weights or a file, which must be of the proxy's shape", async () => {
    const suite = await start(await directory());
    const { client, platform } = suite;
    const { id } = await tokenSet(suite);
    const targets = [await target(suite, "kitchen")];
    const first = await untilFinal(suite, await createRun(suite, spec(id, { mixture: [1, 0] }), targets));
    const short = { mixture: [1, 0], tokens: 2_000n };
    const fresh = await untilFinal(suite, await createRun(suite, spec(id, short), targets));
    const onward = await untilFinal(
      suite,
      await createRun(suite, spec(id, { ...short, base: first.weights }), targets),
    );
    expect(onward.id).not.toBe(fresh.id);
    // Two thousand tokens teach a random model next to nothing; the base has learnt already.
    expect(onward.tasks[0]?.bitsPerByte).toBeLessThan((fresh.tasks[0]?.bitsPerByte ?? 0) - 0.2);

    const path = join(await directory(), "base.safetensors");
    await writeFile(path, await readBytes(platform, first.weights?.uri ?? ""));
    const { checkpoint } = await client.importCheckpoint({ path });
    expect(checkpoint?.sha256).toBe(first.weights?.sha256);
    const same = await client.createRun({ requestId: "", spec: spec(id, { ...short, base: checkpoint }), targets });
    expect(same.run?.id).toBe(onward.id);

    const wider = spec(id, { ...short, base: checkpoint, proxy: { ...proxy, width: 32 } });
    await expect(client.createRun({ requestId: "", spec: wider, targets })).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      message: expect.stringMatching(/spec\.base: tensor embedding is \(\d+,16\), expected \(\d+,32\)/),
    });
    await writeFile(path, "not weights");
    await expect(client.importCheckpoint({ path })).rejects.toMatchObject({
      message: expect.stringContaining("not a safetensors file"),
    });
  });

  it("trains and evaluates, counts statistics, and tells a mixture's own domain from the other", async () => {
    const suite = await start(await directory());
    const finished: string[] = [];
    await suite.platform.events.subscribe({
      subject: "training.run_finished",
      handler: async ({ payload }) => void finished.push(RunFinished.decode(payload).runId),
    });
    const set = await tokenSet(suite);
    const targets = [await target(suite, "kitchen"), await target(suite, "sky")];
    const ids: string[] = [];
    for (const mixture of [
      [1, 0],
      [0, 1],
    ])
      ids.push(await createRun(suite, spec(set.id, { mixture }), targets));
    const runs = await Promise.all(ids.map((id) => untilFinal(suite, id)));
    for (const run of runs) {
      expect(run.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
      expect(run.tasks.map((task) => task.target)).toEqual(["kitchen", "sky"]);
      expect(run.training?.step).toBe(125n);
      expect(run.training?.tokens).toBe(16_000n);
      expect(run.attempts).toBe(1);
    }
    const bits = (run: number, task: number) => runs[run]?.tasks[task]?.bitsPerByte as number;
    expect(bits(0, 0)).toBeLessThan(bits(1, 0) - 0.3);
    expect(bits(1, 1)).toBeLessThan(bits(0, 1) - 0.3);
    expect(runs[0]?.epochs[1]).toBe(0);
    await expect.poll(() => ids.every((id) => finished.includes(id))).toBe(true);

    const request = { requestId: "", tokenSetId: set.id, targets };
    const { targetStatistics } = await suite.client.createTargetStatistics(request);
    const watch = suite.client.watchTargetStatistics({ id: targetStatistics?.id ?? "", afterSequence: 0n });
    for await (const { targetStatistics: current } of watch) {
      if (!current?.status?.endTime) continue;
      const [artifact] = current.statistics;
      const chunks: Uint8Array[] = [];
      for await (const chunk of suite.platform.artifacts.get(artifact?.uri ?? "")) chunks.push(chunk);
      const statistics = TargetStatistics.decode(Buffer.concat(chunks));
      expect(statistics).toMatchObject({ target: "kitchen", domainIds: names, textBytes: targets[0]?.scoredBytes });
      expect(statistics.pairFrequencies.length).toBe(4 * 2 * statistics.pairs);
    }
  });

  it("gives the same weights and figures when it was stopped in the middle, again and again", async () => {
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

  it("evaluates further targets on the weights that are there, and those asked for while it trains", async () => {
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

  it("trains with SwiGLU in micro-batches and averages; the weights can be fetched as safetensors and ONNX", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const tokenSetId = set.id;
    const manifest = TokenManifest.fromJSON(JSON.parse(await readText(suite.platform.artifacts, set.manifest)));
    const targets = [await target(suite, "kitchen")];
    const other = { ...proxy, activation: Activation.ACTIVATION_SWIGLU, microBatches: 2, averageDecay: 0.9 };
    const plain = await untilFinal(suite, await createRun(suite, spec(tokenSetId), targets));
    const run = await untilFinal(suite, await createRun(suite, spec(tokenSetId, { proxy: other }), targets));
    expect(run.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    // Width 16: three products of 16 x 64 instead of two.
    expect(run.parameters).toBe(plain.parameters + 16n * 64n);
    expect(run.tasks[0]?.bitsPerByte).toBeLessThan(1.2 * (plain.tasks[0]?.bitsPerByte ?? 0));

    const fetchAs = async (format: ModelFormat) => {
      const pieces: Uint8Array[] = [];
      for await (const { data } of suite.client.downloadRun({ id: run.id, format })) pieces.push(data);
      return Buffer.concat(pieces);
    };
    const weights = await fetchAs(ModelFormat.MODEL_FORMAT_SAFETENSORS);
    expect(createHash("sha256").update(weights).digest("hex")).toBe(run.weights?.sha256);
    const session = await openSession(await fetchAs(ModelFormat.MODEL_FORMAT_ONNX));
    const ids = new Tensor("int64", new BigInt64Array(32), [1, 32]);
    expect((await session.run({ input_ids: ids })).logits?.dims).toEqual([1, 32, manifest.vocabulary]);
    await session.release();
    const waiting = await createRun(suite, spec(tokenSetId, { trainer: "away" }), targets);
    const unfinished = suite.client.downloadRun({ id: waiting, format: ModelFormat.MODEL_FORMAT_ONNX });
    const first = unfinished[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ reason: "STATE_FORBIDS" });
  });

  it("tells fifty who watch a run how far it is, each from its beginning to its end", async () => {
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

  it("stops a cancelled run within a second, and goes on when it is asked for again", async () => {
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

  it("fails a run whose loss is no number, with the step and what may help", async () => {
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
    const manifest = TokenManifest.fromJSON(JSON.parse(await readText(artifacts, set.manifest)));
    const shape = { vocabulary: manifest.vocabulary, width: 16, layers: 1, heads: 2, context: 32, tied: false };
    const state = { ...initialState(shape, 3), step: 40 };
    state.parameters.get("head")?.fill(Number.NaN);
    await artifacts.put(path, encodeCheckpoint(shape, state));
    await createRun(suite, long, []);
    const run = await untilFinal(suite, id);
    expect(run.status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(run.status?.failure?.reason).toBe("LOSS_DIVERGED");
    expect(run.status?.failure?.message).toBe("the loss became NaN at step 41 of 2344; a lower learning rate may help");
  });

  it("fails a run on a truncated token file at once, with both sizes", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const { artifacts } = suite.platform;
    const manifest = TokenManifest.fromJSON(JSON.parse(await readText(artifacts, set.manifest)));
    const [domain] = manifest.domains;
    const file = await artifacts.stat(`training/token-sets/${set.id}/tokens-${domain?.domainId}.u16`);
    if (!file) throw new Error("expected a token file");
    const size = file.sizeBytes;
    await truncate(await artifacts.localPath(file), size - 2);
    const asked = performance.now();
    const run = await untilFinal(suite, await createRun(suite, spec(set.id), []));
    expect(run.status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(run.status?.failure?.message).toContain(`has ${size - 2} bytes, expected ${size}`);
    expect(run.attempts).toBe(1);
    expect(performance.now() - asked).toBeLessThan(5000);
  });

  it("refuses specifications with the field, what was found and what was expected", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const create = (fields: Partial<RunSpec>) => createRun(suite, spec(set.id, fields), []);
    await expect(create({ mixture: [1] })).rejects.toThrow("spec.mixture: found 1 weights, expected one for each of 2");
    await expect(create({ mixture: [0.5, 0.2] })).rejects.toThrow("spec.mixture: the weights sum to 0.7, expected 1");
    await expect(create({ proxy: { ...proxy, heads: 3 } })).rejects.toThrow("spec.proxy.heads: found 3");
    const { faults } = await suite.client.validateRun({
      spec: spec("", { proxy: { ...proxy, preset: "huge", width: 4 }, tokens: 7n, mixture: [2, -1] }),
    });
    expect(faults.map(({ field }) => field)).toEqual([
      "spec.proxy.preset",
      "spec.proxy.width",
      "spec.tokens",
      "spec.mixture[1]",
    ]);
    await expect(createRun(suite, spec("nowhere"), [])).rejects.toThrow("there is no nowhere among the token-sets");
    await expect(suite.client.getRun({ id: "nowhere" })).rejects.toThrow("there is no nowhere among the runs");
    const vocabulary = TokenSpec.fromPartial({ vocabulary: 100 });
    await expect(suite.client.createTokenSet({ requestId: "", spec: vocabulary })).rejects.toThrow(
      "spec.vocabulary: found 100, expected",
    );
  });
});
