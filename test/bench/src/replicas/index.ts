import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ServiceName, startNatsServer, startServices } from "@climb/testkit";
import { startFakeS3Thread } from "@climb/testkit/fake-s3-thread";
import { keepOnCore } from "../keep-on-core.js";
import type { BenchOptions } from "../options.js";
import { copyCorpus } from "./corpus.js";
import { runSteps, STEPS, type Step, type StepTimes } from "./steps.js";

const COPIES = 10;
/** As S3 has. */
const KEYS_PER_PAGE = 1000;
const WORKING: ServiceName[] = ["embedding", "clustering", "proxy-training", "search-coordinator"];

/** Processes that have just begun load modules and collect garbage for a while, on the cores that are measured. */
const SETTLE_MS = 45_000;

/** What V8 and libuv do beside a thread, collecting garbage and reading files, stays in it. */
const SINGLE_THREADED = { NODE_OPTIONS: "--v8-pool-size=0", UV_THREADPOOL_SIZE: "1" };

/**
 * The heavy steps with one and with two worker processes, each of which has one core, on NATS and an object store. Both cores
 * also do what the API, the broker and the store cost.
 */
export async function benchReplicas(options: BenchOptions): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "climb-replicas-"));
  try {
    const corpus = join(folder, "corpus");
    const copies = Number(options.copies ?? COPIES);
    const copied = await copyCorpus(resolve(options.corpus ?? "../shared/corpus"), corpus, copies);
    const target = join(corpus, "0-shard-000.jsonl");
    const [one, two] = [await withWorkers(1, folder, corpus, target), await withWorkers(2, folder, corpus, target)];
    const steps = Object.fromEntries(
      (Object.keys(STEPS) as Step[]).map((step) => {
        const [a, b] = [one.seconds[step], two.seconds[step]];
        return [step, { one: round(a), two: round(b), speedup: round(a / b) }];
      }),
    );
    const sameBits = one.digests.every((digest, i) => digest !== "" && digest === two.digests[i]);
    return { bench: "replicas", copies, documents: copied.documents, corpusBytes: copied.bytes, steps, sameBits };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withWorkers(workers: number, folder: string, corpus: string, target: string): Promise<StepTimes> {
  await using nats = await startNatsServer();
  await using s3 = await startFakeS3Thread(KEYS_PER_PAGE);
  const env = {
    CLIMB_NATS_URL: nats.url,
    CLIMB_ARTIFACTS_URL: `s3://${s3.bucket}/climb`,
    CLIMB_CACHE_DIR: join(folder, `cache-${workers}`),
    CLIMB_CORPUS_ROOTS: corpus,
    CLIMB_WORKERS: "1",
    AWS_ENDPOINT_URL: s3.address,
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_REGION: "us-east-1",
  };
  await using services = await startServices({ ...env, CLIMB_ROLE: "api" });
  for (const service of WORKING) {
    for (let core = 0; core < workers; core++) {
      const { pid } = await services.add(service, { CLIMB_ROLE: "worker", ...SINGLE_THREADED });
      keepOnCore(pid, core);
    }
  }
  await sleep(SETTLE_MS);
  return await runSteps(services, corpus, target);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
