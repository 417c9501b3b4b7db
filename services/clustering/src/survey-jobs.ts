import { setTimeout as sleep } from "node:timers/promises";
import { DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { type ErrorKind, isFinal, type Job, runJobs, ServiceError } from "@climb/runtime";
import { documentsOf, partName, readAll, readEmbeddings } from "./artifacts.js";
import type { ClusteringJobs } from "./jobs.js";
import { planOf } from "./plan.js";
import { embedWith } from "./scoring-stage.js";
import { prepare, type StageContext, workFolder } from "./stages.js";
import { knownSurvey, type Prepared, type ShardSurvey, surveyShard } from "./survey-stage.js";

/** One shard of a domain set, for whichever worker is free. */
interface SurveyJob {
  domainSetId: string;
  shard: number;
}

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [20, 500];
/** So often some shards are asked for again, in case a worker dropped them while their set was not running. */
const ASK_AGAIN_MS = 5000;
const ASKED_AGAIN = 100;

/**
 * Has every shard surveyed by the workers of the queue, in this process and others, and waits for them.
 * @throws ServiceError what a shard ended with
 */
export async function surveyShards(context: StageContext, folder: string): Promise<ShardSurvey[]> {
  const { artifacts, manifest, queue, domainSetId, signal, report } = context;
  const shards = manifest.corpus?.shards ?? [];
  const total = documentsOf(manifest);
  const surveys: (ShardSurvey | undefined)[] = [];
  for (const shard of shards.keys()) surveys[shard] = await knownSurvey(context, folder, shard);
  const missing = () => Array.from(shards.keys()).filter((shard) => !surveys[shard]);
  const ask = async (wanted: readonly number[]) => {
    for (const shard of wanted) {
      const payload = Buffer.from(JSON.stringify({ domainSetId, shard } satisfies SurveyJob));
      await queue.enqueue({ id: `${domainSetId}-${shard}`, payload });
    }
  };
  // What an earlier attempt ended with says nothing of this one.
  for (const shard of missing()) await artifacts.remove(failurePath(folder, shard));
  await ask(missing());
  let askedAt = performance.now();
  for (let waitMs = FIRST_WAIT_MS; missing().length > 0; waitMs = Math.min(LONGEST_WAIT_MS, 1.5 * waitMs)) {
    if (performance.now() - askedAt > ASK_AGAIN_MS) {
      await ask(missing().slice(0, ASKED_AGAIN));
      askedAt = performance.now();
    }
    await sleep(waitMs, undefined, { signal });
    for (const shard of missing()) {
      surveys[shard] = await knownSurvey(context, folder, shard);
      if (surveys[shard]) waitMs = FIRST_WAIT_MS;
      else await expectNoFailure(context, failurePath(folder, shard));
    }
    const done = shards.reduce((sum, { documents }, i) => sum + (surveys[i] ? Number(documents) : 0), 0);
    report("quality and terms", done, total, "documents");
  }
  return surveys as ShardSurvey[];
}

/** Surveys shards from their queue, until the platform's signal aborts. */
export async function runSurveyJobs(deps: ClusteringJobs): Promise<void> {
  const { platform, workers } = deps;
  // Shards of one set come one after another: what they share is read once.
  let last: { id: string; prepared: Promise<Prepared> } | undefined;
  const survey = async ({ domainSetId, shard }: SurveyJob, signal: AbortSignal) => {
    const context = await contextOf(deps, domainSetId, signal);
    if (!context) return;
    const folder = workFolder(context);
    if (await knownSurvey(context, folder, shard)) return;
    if (last?.id !== domainSetId) last = { id: domainSetId, prepared: prepare(context, folder) };
    const { prepared } = last;
    try {
      await surveyShard(context, folder, await prepared, shard);
    } catch (error) {
      if (last?.prepared === prepared) last = undefined;
      // What stays wrong however often it is tried; the rest comes again.
      if (!(error instanceof ServiceError) || error.kind !== "invalid") throw error;
      await storeFailure(context, failurePath(folder, shard), error);
    }
  };
  await runJobs({
    queue: platform.queue("surveys"),
    name: "surveys",
    concurrency: workers,
    signal: platform.signal,
    logger: platform.logger,
    handler: (job, { signal }) => survey(jobOf(job), signal),
    onBuried: async (job, error) => {
      const { domainSetId, shard } = jobOf(job);
      const context = await contextOf(deps, domainSetId, platform.signal);
      if (context) await storeFailure(context, failurePath(workFolder(context), shard), error);
    },
  });
}

function jobOf({ payload }: Job): SurveyJob {
  return JSON.parse(Buffer.from(payload).toString("utf8")) as SurveyJob;
}

/** What a shard of a set needs; undefined if the set does not run any more. */
async function contextOf(
  { platform, store, pool, workers }: ClusteringJobs,
  domainSetId: string,
  signal: AbortSignal,
): Promise<StageContext | undefined> {
  const { status, spec: given } = await store.sets.require(domainSetId);
  if (isFinal(status)) return undefined;
  const { artifacts } = platform;
  const spec = given ?? DomainSpec.create();
  const manifest = await readEmbeddings(artifacts, spec.embeddings ?? { uri: "", sha256: "", sizeBytes: 0n });
  const plan = planOf(spec, documentsOf(manifest));
  const embed = embedWith(platform, manifest.embeddingSetId, signal);
  const queue = platform.queue("surveys");
  return { artifacts, pool, workers, plan, manifest, embed, queue, domainSetId, signal, report: () => {} };
}

interface Failure {
  kind: ErrorKind;
  reason: string;
  message: string;
  metadata: Record<string, string>;
}

function failurePath(folder: string, shard: number): string {
  return `${folder}/${partName("survey", shard, "failure.json")}`;
}

async function storeFailure({ artifacts }: StageContext, path: string, error: unknown): Promise<void> {
  const failure: Failure =
    error instanceof ServiceError
      ? { kind: error.kind, reason: error.reason, message: error.message, metadata: error.metadata }
      : { kind: "wrongState", reason: "JOB_POISONED", message: (error as Error).message, metadata: {} };
  await artifacts.put(path, Buffer.from(JSON.stringify(failure)));
}

async function expectNoFailure({ artifacts }: StageContext, path: string): Promise<void> {
  const stored = await artifacts.stat(path);
  if (!stored) return;
  const failure = JSON.parse((await readAll(artifacts, stored.uri)).toString("utf8")) as Failure;
  throw new ServiceError(failure.kind, failure.reason, failure.message, failure.metadata);
}
