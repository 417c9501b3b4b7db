import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seeded } from "@climb/numeric";
import { openSession, Tensor } from "@climb/onnx";
import { type EmbeddedPlatform, openEmbeddedPlatform } from "@climb/ports";
import { JobState } from "@climb/proto/common/v1/job";
import {
  Acquisition,
  type Predictor,
  PredictorFormat,
  PredictorServiceDefinition,
  PredictorSpec,
  ProposeRequest,
} from "@climb/proto/predictor/v1/predictor_service";
import { TargetStatistics } from "@climb/proto/training/v1/training_service";
import { toArtifact } from "@climb/resources";
import {
  type Client,
  createClient,
  createLifecycle,
  createLogger,
  type Lifecycle,
  ServiceError,
  serveRpc,
} from "@climb/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeLandscape } from "./core/testing/landscape.js";
import { startPredictorService } from "./index.js";

const landscape = makeLandscape(8, 3, 11);
const domains = landscape.domains.map((id, j) => ({ id, tokens: BigInt(1000 * (j + 1)) }));
const tasks = landscape.targets.map((name) => ({ name, weight: 1 }));

let dataDir: string;
let lifecycle: Lifecycle;
let platform: EmbeddedPlatform;
let client: Client<typeof PredictorServiceDefinition>;
let round: number[][];
let predictor: Predictor;
const announced: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "climb-predictor-"));
  const logger = createLogger({ service: "predictor-test", level: "silent" });
  lifecycle = createLifecycle({ logger });
  platform = await openEmbeddedPlatform({ dataDir, logger, lifecycle });
  await platform.events.subscribe({
    subject: "predictor.>",
    handler: async ({ id }) => {
      announced.push(id);
    },
  });
  const services = await startPredictorService(platform, { CLIMB_WORKERS: 2 });
  const server = await serveRpc({ address: "127.0.0.1:0", services, logger });
  lifecycle.onClose("server", () => server.close());
  client = createClient(PredictorServiceDefinition, `127.0.0.1:${server.port}`);
  lifecycle.onClose("client", client.close);

  round = (await proposed({ acquisition: Acquisition.ACQUISITION_EXPLORE, count: 40 })).map(({ mixture }) => mixture);
  predictor = await fitted(spec());
});

afterAll(async () => {
  await lifecycle.close();
  await rm(dataDir, { recursive: true, force: true });
});

function spec(change: Partial<PredictorSpec> = {}): PredictorSpec {
  const random = seeded("noise");
  const rows = round.map((mixture, i) => {
    const run = landscape.run(`run-${i}`, mixture, 0.002, random);
    return { id: run.id, mixture, values: Array.from(run.values), seed: 1 };
  });
  return PredictorSpec.fromPartial({ domains, tasks, rows, seed: 1, ...change });
}

async function proposed(change: Parameters<typeof ProposeRequest.fromPartial>[0]) {
  const request = ProposeRequest.fromPartial({ domains, tasks, seed: 3, count: 8, ...change });
  return (await client.propose(request)).proposals;
}

async function fitted(wanted: PredictorSpec): Promise<Predictor> {
  const { predictor: created } = await client.createPredictor({ requestId: "", spec: wanted });
  let last = created as Predictor;
  for await (const { predictor: seen } of client.watchPredictor({ id: last.id, afterSequence: 0n }))
    last = seen as Predictor;
  return last;
}

async function refusal(call: Promise<unknown>): Promise<ServiceError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ServiceError);
  return error as ServiceError;
}

describe("a fit over gRPC", () => {
  it("ends with quality, weights and a model file", () => {
    expect(predictor.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(predictor.model?.sizeBytes).toBeGreaterThan(1000n);
    expect(predictor.fits.map((fit) => fit.task)).toEqual(landscape.targets);
    for (const fit of predictor.fits) {
      expect(fit.spearman).toBeGreaterThan(0.8);
      expect(fit.outOfFold).toHaveLength(40);
      expect(Object.values(fit.modelWeights).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(fit.refused["bigram-ridge"]).toBe("there are no training-free features");
    }
  });

  it("is the same resource when asked again, and announced", async () => {
    const { predictor: again } = await client.createPredictor({ requestId: "", spec: spec() });
    expect(again).toEqual(predictor);
    expect(announced.some((id) => id.includes(predictor.id))).toBe(true);
    const renamed = spec();
    for (const row of renamed.rows) row.id = `other-${row.id}`;
    expect((await client.createPredictor({ requestId: "", spec: renamed })).predictor?.id).toBe(predictor.id);
  });

  it("stops when it is cancelled, predicts nothing then, and begins again when it is asked for again", async () => {
    const { predictor: created } = await client.createPredictor({ requestId: "", spec: spec({ seed: 77 }) });
    const id = (created as Predictor).id;
    await client.cancelPredictor({ id });
    expect((await client.getPredictor({ id })).predictor?.status?.state).toBe(JobState.JOB_STATE_CANCELLED);
    expect((await refusal(client.predict({ predictorId: id, mixtures: [{ weights: round[0] ?? [] }] }))).reason).toBe(
      "STATE_FORBIDS",
    );
    expect((await fitted(spec({ seed: 77 }))).status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
  });

  it("can be downloaded as JSON, and as ONNX that predicts the same", async () => {
    const download = async (format: PredictorFormat) => {
      const pieces: Uint8Array[] = [];
      for await (const { data } of client.downloadPredictor({ id: predictor.id, format })) pieces.push(data);
      return Buffer.concat(pieces);
    };
    const json = await download(PredictorFormat.PREDICTOR_FORMAT_JSON);
    expect(BigInt(json.length)).toBe(predictor.model?.sizeBytes);
    expect(JSON.parse(json.toString()).format).toMatch(/^climb-predictor/);
    const session = await openSession(await download(PredictorFormat.PREDICTOR_FORMAT_ONNX));
    const weights = round[5] ?? [];
    const { objective } = await session.run({
      weights: new Tensor("float32", Float32Array.from(weights), [1, weights.length]),
    });
    await session.release();
    const { predictions } = await client.predict({ predictorId: predictor.id, mixtures: [{ weights }] });
    expect(objective?.data[0]).toBeCloseTo(predictions[0]?.objective?.value ?? Number.NaN, 5);
    await expect(
      client
        .downloadPredictor({ id: "gone", format: PredictorFormat.PREDICTOR_FORMAT_JSON })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject({
      reason: "RESOURCE_UNKNOWN",
    });
  });

  it("is found in lists", async () => {
    const { predictors } = await client.listPredictors({ pageSize: 10, pageToken: "", filter: undefined });
    expect(predictors.map(({ id }) => id)).toContain(predictor.id);
  });

  it("can be made the published way, as one fit of the objective", async () => {
    const paper = await fitted(spec({ models: ["paper"] }));
    expect(paper.fits[0]?.modelWeights).toHaveProperty("published-trees");
    const proposals = await proposed({ predictorId: paper.id, acquisition: Acquisition.ACQUISITION_PAPER, count: 4 });
    expect(proposals).toHaveLength(4);
  });
});

describe("predictions over gRPC", () => {
  it("order new mixtures and cover what is measured of them", async () => {
    const random = seeded("new mixtures");
    const mixtures = Array.from({ length: 100 }, () => ({
      weights: Array.from(random.dirichlet(new Float64Array(8).fill(1.5))),
    }));
    const { predictions } = await client.predict({ predictorId: predictor.id, mixtures });
    let inside = 0;
    predictions.forEach(({ tasks: values }, i) => {
      const measured = landscape.run("", mixtures[i]?.weights ?? [], 0.002, random).values;
      values.forEach(({ lower, upper }, t) => {
        const value = measured[t] as number;
        if (lower <= value && value <= upper) inside++;
      });
    });
    expect(inside / 300).toBeGreaterThan(0.8);
  });
});

describe("proposals over gRPC", () => {
  it("beat the best of the first round on the true function", async () => {
    const found = await proposed({ predictorId: predictor.id, acquisition: Acquisition.ACQUISITION_CLIMB, count: 6 });
    const first = Math.min(...round.map((w) => landscape.objective(w)));
    expect(Math.min(...found.map(({ mixture }) => landscape.objective(mixture)))).toBeLessThan(first);
    expect(found[0]?.origin).toBe("constrained optimum");
    expect(found[0]?.prediction?.tasks).toHaveLength(3);
    for (const { mixture } of found) expect(round.map((w) => w.join())).not.toContain(mixture.join());
  });

  it("use target statistics before any run", async () => {
    const statistics = toArtifact(await platform.artifacts.put("test/statistics.bin", statisticsOf("d5")));
    const request = {
      tasks: [{ name: "text", weight: 1, statistics }],
      proxyTokens: 400_000n,
      acquisition: Acquisition.ACQUISITION_ZERO_RUN,
    };
    const [optimum, ...others] = await proposed({ ...request, constraints: { maxRepetition: 3 } });
    expect(others).toHaveLength(7);
    // All domains look alike but d5, which holds the target's pairs: as much of it as three repeats allow.
    expect(optimum?.mixture[5]).toBeCloseTo((3 * 6000) / 36_000, 4);
  });

  it("are refused with the reason when no mixture meets the constraints", async () => {
    const error = await refusal(
      proposed({ acquisition: Acquisition.ACQUISITION_EXPLORE, constraints: { targetTokens: 1_000_000n } }),
    );
    expect(error.reason).toBe("CONSTRAINTS_INFEASIBLE");
    expect(error.message).toContain("target_tokens up to 144000");
  });
});

describe("explanations over gRPC", () => {
  it("give one effect per domain and task", async () => {
    const { effects, fits } = await client.explain({
      predictorId: predictor.id,
      mixture: { weights: new Array<number>(8).fill(0.125) },
    });
    expect(effects.map(({ domainId }) => domainId)).toEqual(landscape.domains);
    expect(effects.every((effect) => effect.tasks.length === 3 && Number.isFinite(effect.objective))).toBe(true);
    expect(fits).toHaveLength(3);
  });
});

describe("bad requests", () => {
  it("are answered with every fault at once by ValidatePredictor", async () => {
    const bad = spec({ models: ["forest"], noise: [0.1] });
    (bad.rows[3] as { mixture: number[] }).mixture = [0.5, 0.5];
    (bad.rows[4] as { values: number[] }).values = [1, Number.NaN, 2];
    const { faults } = await client.validatePredictor({ spec: bad });
    expect(faults.map(({ field }) => field)).toEqual([
      "spec.rows[4].values[1]",
      "spec.models[0]",
      "spec.noise",
      "spec.rows[3].mixture",
    ]);
    expect(faults[0]).toMatchObject({ found: "NaN", expected: "a finite number" });
  });

  it("have the reason of the contract", async () => {
    expect((await refusal(client.createPredictor({ requestId: "", spec: spec({ rows: [] }) }))).reason).toBe(
      "DATA_INSUFFICIENT",
    );
    expect((await refusal(client.getPredictor({ id: "0".repeat(32) }))).reason).toBe("RESOURCE_UNKNOWN");
    const off = { predictorId: predictor.id, mixtures: [{ weights: [0.5, 0.5, 0.5, 0, 0, 0, 0, 0] }] };
    expect((await refusal(client.predict(off))).message).toBe(
      "mixtures[0].weights: found weights that sum to 1.5, expected 1 to within 0.001",
    );
    expect((await refusal(proposed({ acquisition: Acquisition.ACQUISITION_CLIMB }))).message).toContain(
      "expected a fitted predictor",
    );
  });

  it("that reuse a request_id are refused", async () => {
    await client.createPredictor({ requestId: "one", spec: spec() });
    expect((await refusal(client.createPredictor({ requestId: "one", spec: spec({ seed: 2 }) }))).reason).toBe(
      "REQUEST_ID_REUSED",
    );
  });
});

/** Statistics of a target of ten pairs that are ten times as frequent in one domain as in the others. */
function statisticsOf(favourite: string): Uint8Array {
  const [pairs, count] = [10, landscape.domains.length];
  const perDomain = (value: (domain: string) => number) =>
    Float32Array.from({ length: count * pairs }, (_, at) => value(landscape.domains[Math.floor(at / pairs)] as string));
  const bytes = (array: Float32Array | Float64Array) => Buffer.from(array.buffer);
  return TargetStatistics.encode({
    target: "text",
    textBytes: 100n,
    domainIds: landscape.domains,
    pairs,
    counts: bytes(new Float64Array(pairs).fill(3)),
    pairFrequencies: bytes(perDomain((domain) => (domain === favourite ? 1e-3 : 1e-4))),
    firstFrequencies: bytes(perDomain(() => 1e-2)),
    unigramFrequencies: bytes(perDomain(() => 1e-3)),
  }).finish();
}
