import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSession, Tensor } from "@climb/onnx";
import { readJson, readWhole } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import {
  Activation,
  ModelFormat,
  type RunSpec,
  TargetStatistics,
  TokenSpec,
} from "@climb/proto/training/v1/training_service";
import { describe, expect, it } from "vitest";
import { fromHuggingFace } from "./core/tokenizer/hugging-face.js";
import { readManifest, required } from "./steps/inputs.js";
import {
  createRun,
  directory,
  documents,
  names,
  proxy,
  shards,
  spec,
  start,
  target,
  text,
  tokenSet,
  untilFinal,
  vocabularies,
} from "./testing/suite.js";

describe("the training service", () => {
  it("turns domains into tokens: every kept document in order, each ended, nothing lost", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    expect(set.status?.failure).toBeUndefined();
    const { artifacts } = suite.platform;
    const manifest = await readManifest(artifacts, set);
    expect(manifest.domains.map(({ domainId }) => domainId)).toEqual(names);
    const tokenizer = fromHuggingFace(await readJson(artifacts, required(manifest.tokenizer)));
    expect(tokenizer.vocabularySize).toBe(manifest.vocabulary);
    for (const [j, domain] of manifest.domains.entries()) {
      const tokens = new Uint16Array(Uint8Array.from(await readWhole(artifacts, required(domain.artifact))).buffer);
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
    await writeFile(path, await readWhole(platform.artifacts, required(first.weights)));
    const { checkpoint } = await client.importCheckpoint({ path });
    expect(checkpoint?.sha256).toBe(first.weights?.sha256);
    const same = await client.createRun({ requestId: "", spec: spec(id, { ...short, base: checkpoint }), targets });
    expect(same.run?.id).toBe(onward.id);

    const wider = spec(id, { ...short, base: checkpoint, proxy: { ...proxy, width: 32 } });
    await expect(client.createRun({ requestId: "", spec: wider, targets })).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      message: expect.stringMatching(/spec\.base: found tensor embedding is \(\d+,16\), expected \(\d+,32\)/),
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
      const statistics = TargetStatistics.decode(await readWhole(suite.platform.artifacts, required(artifact)));
      expect(statistics).toMatchObject({ target: "kitchen", domainIds: names, textBytes: targets[0]?.scoredBytes });
      expect(statistics.pairFrequencies.length).toBe(4 * 2 * statistics.pairs);
    }
  });

  it("trains with SwiGLU in micro-batches and averages; the weights can be fetched as safetensors and ONNX", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const tokenSetId = set.id;
    const manifest = await readManifest(suite.platform.artifacts, set);
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

  it("refuses specifications with the field, what was found and what was expected", async () => {
    const suite = await start(await directory());
    const set = await tokenSet(suite);
    const create = (fields: Partial<RunSpec>) => createRun(suite, spec(set.id, fields), []);
    await expect(create({ mixture: [1] })).rejects.toThrow("spec.mixture: found 1 weights, expected one for each of 2");
    await expect(create({ mixture: [0.5, 0.2] })).rejects.toThrow(
      "spec.mixture: found the sum 0.7, expected weights that sum to 1",
    );
    await expect(create({ proxy: { ...proxy, heads: 3 } })).rejects.toThrow("spec.proxy.heads: found 3");
    const { faults } = await suite.client.validateRun({
      spec: spec("", { proxy: { ...proxy, preset: "huge", width: 4 }, tokens: 7n, mixture: [2, -1] }),
    });
    expect(faults.map(({ field }) => field)).toEqual([
      "spec.mixture[1]",
      "spec.proxy.width",
      "spec.proxy.preset",
      "spec.tokens",
    ]);
    await expect(createRun(suite, spec("nowhere"), [])).rejects.toThrow("there is no token-set nowhere");
    await expect(suite.client.getRun({ id: "nowhere" })).rejects.toThrow("there is no run nowhere");
    const domains = { uri: "climb://sha256/none" };
    const vocabulary = TokenSpec.fromPartial({ vocabulary: 100, domains });
    await expect(suite.client.createTokenSet({ requestId: "", spec: vocabulary })).rejects.toThrow(
      "spec.vocabulary: found 100, expected",
    );
  });
});
