import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seeded } from "@climb/numeric";
import { DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { Scoring, type Target, TargetSource } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import {
  ProxySpec,
  type Run,
  RunSpec,
  TargetStatistics,
  TokenManifest,
  type TokenSet,
  TokenSpec,
  TrainingServiceDefinition,
} from "@climb/proto/training/v1/training_service";
import {
  type Client,
  createClient,
  createLifecycle,
  createLogger,
  loadConfig,
  openEmbeddedPlatform,
  type Platform,
  serveRpc,
} from "@climb/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { fromHuggingFace } from "./core/tokenizer/hugging-face.js";
import { encodeCheckpoint } from "./core/training/checkpoint.js";
import { initialState } from "./core/training/state.js";
import { startTrainingService, trainingConfig } from "./index.js";
import { artifactOf, readText } from "./jobs/context.js";

const vocabularies = {
  kitchen: "oven flour butter sugar recipe dough bake onion garlic sauce pepper cream salt stir".split(" "),
  sky: "star planet telescope galaxy orbit comet nebula moon eclipse asteroid gravity light dust".split(" "),
};
const names = Object.keys(vocabularies);

/** A sentence of a topic: words follow each other by a rule, with exceptions, so that there is something to learn. */
function text(words: string[], length: number, seed: string): string {
  const random = seeded(seed);
  let at = random.int(words.length);
  return Array.from({ length }, () => {
    at = random.float() < 0.7 ? (at * 5 + 3) % words.length : random.int(words.length);
    return words[at];
  }).join(" ");
}

interface Suite {
  platform: Platform;
  client: Client<typeof TrainingServiceDefinition>;
  close(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "climb-training-"));
  open.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The service over real gRPC on the embedded platform. */
async function start(dataDir: string): Promise<Suite> {
  const logger = createLogger({ service: "test", level: "silent" });
  const lifecycle = createLifecycle({ logger });
  const platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  const services = await startTrainingService(platform, loadConfig(trainingConfig, { CLIMB_WORKERS: "2" }));
  const server = await serveRpc({ address: "127.0.0.1:0", services, logger });
  lifecycle.onClose("server", () => server.close());
  const client = createClient(TrainingServiceDefinition, `127.0.0.1:${server.port}`);
  lifecycle.onClose("client", () => client.close());
  const close = () => lifecycle.close();
  open.push(close);
  return { platform, client, close };
}

const shards = 3;
const documents = 40;

/** Two domains in three shards as clustering would leave them, every tenth document pruned. */
async function domains({ artifacts }: Platform): Promise<Artifact> {
  const documentShards: { artifact: Artifact; documents: bigint; textBytes: bigint }[] = [];
  const assignments: Artifact[] = [];
  const textBytes = [0, 0];
  for (let shard = 0; shard < shards; shard++) {
    const rows = Array.from({ length: documents }, (_, i) => {
      const domain = i % 10 === 9 ? -1 : i % 2;
      const words = vocabularies[names[i % 2] as keyof typeof vocabularies];
      const line = { id: `${shard}-${i}`, text: text(words, 150, `document ${shard} ${i}`), source: "test" };
      if (domain >= 0) textBytes[domain] = (textBytes[domain] ?? 0) + Buffer.byteLength(line.text);
      return { domain, line: JSON.stringify(line) };
    });
    const lines = gzipSync(rows.map(({ line }) => `${line}\n`).join(""));
    const artifact = artifactOf(await artifacts.put(`corpus/test/documents-${shard}.jsonl.gz`, lines));
    documentShards.push({ artifact, documents: BigInt(documents), textBytes: 0n });
    const bytes = new Uint8Array(Int32Array.from(rows, ({ domain }) => domain).buffer);
    assignments.push(artifactOf(await artifacts.put(`domains/test/assignments-${shard}.i32`, bytes)));
  }
  const manifest = DomainManifest.fromPartial({
    domainSetId: "test",
    domains: names.map((id, j) => ({ id, label: id, textBytes: BigInt(textBytes[j] as number) })),
    corpus: { corpusId: "test", shards: documentShards },
    assignments,
  });
  const json = Buffer.from(JSON.stringify(DomainManifest.toJSON(manifest)));
  return artifactOf(await artifacts.put("domains/test/domains.json", json));
}

async function tokenSet({ client, platform }: Suite): Promise<TokenSet> {
  const spec = TokenSpec.fromPartial({ domains: await domains(platform), vocabulary: 512, seed: 1 });
  const { tokenSet: created } = await client.createTokenSet({ requestId: "", spec });
  for await (const { tokenSet: current } of client.watchTokenSet({ id: created?.id ?? "", afterSequence: 0n })) {
    if (current?.status?.endTime) return current;
  }
  throw new Error("the watch ended before the token set's last state");
}

async function target(suite: Suite, topic: keyof typeof vocabularies, scoring = Scoring.SCORING_FULL): Promise<Target> {
  const path = join(await directory(), `${topic}.jsonl`);
  const items = Array.from({ length: 12 }, (_, i) => {
    const [question = "", answer = ""] = text(vocabularies[topic], 40, `item ${i}`).split(/(?<=^(?:\S+ ){30}\S+) /);
    return JSON.stringify({ question, answer });
  });
  await writeFile(path, items.join("\n"));
  const sources = [TargetSource.fromPartial({ name: topic, paths: [path], scoring })];
  const { targets } = await suite.client.importTargets({ sources });
  return targets[0] as Target;
}

const proxy = ProxySpec.fromPartial({
  preset: "nano",
  width: 16,
  layers: 1,
  context: 32,
  batch: 4,
  learningRate: 5e-3,
});
const spec = (tokenSetId: string, fields: Partial<RunSpec> = {}) =>
  RunSpec.fromPartial({ tokenSetId, mixture: [0.75, 0.25], proxy, tokens: 16_000n, seed: 3, ...fields });

async function readBytes({ artifacts }: Platform, uri: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(uri)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function createRun({ client }: Suite, runSpec: RunSpec, targets: Target[]): Promise<string> {
  return (await client.createRun({ requestId: "", spec: runSpec, targets })).run?.id ?? "";
}

async function untilFinal({ client }: Suite, id: string): Promise<Run> {
  for await (const { run } of client.watchRun({ id, afterSequence: 0n })) if (run?.status?.endTime) return run;
  throw new Error(`the watch of ${id} ended before its last state`);
}

async function untilSteps({ client }: Suite, id: string): Promise<void> {
  for await (const { run } of client.watchRun({ id, afterSequence: 0n })) if (run?.training?.step) return;
}

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
