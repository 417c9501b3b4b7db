import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import { type Run, type RunSpec, type TaskResult, TokenManifest } from "@climb/proto/training/v1/training_service";
import { proxyFromProto } from "../convert.js";
import { parameterCount } from "../core/model/shape.js";
import { ended, failureOf, isFinal, running } from "../status.js";
import type { RunProgressMessage, RunResult } from "../tasks/run.js";
import { artifactOf, cancellable, type JobContext, readText } from "./context.js";
import { localDomains, localTargets } from "./statistics.js";

/** Trains and evaluates a proxy run, or evaluates what is missing on weights that are there. */
export async function makeRun(context: JobContext, id: string, lease: AbortSignal): Promise<void> {
  const { store, platform, now } = context;
  const run = await store.runs.require(id);
  if (!isFinal(run.status)) {
    try {
      await trainAndEvaluate(context, id, lease);
    } catch (error) {
      // A last checkpoint was written before the worker stopped; whoever takes the run next goes on from there.
      if (lease.aborted) throw error;
      await failRun(context, id, error);
    }
  }
  const { state = JobState.JOB_STATE_FAILED } = (await store.runs.require(id)).status ?? {};
  await platform.events.publish({
    subject: "training.run_finished",
    // A run that was evaluated again for further targets is finished again: that is another event.
    id: `run-finished-${id}-${now().getTime()}`,
    payload: RunFinished.encode({ runId: id, state }).finish(),
  });
}

export async function failRun({ store, now, platform }: JobContext, id: string, error: unknown): Promise<void> {
  platform.logger.error({ err: error, run: id }, "a run failed");
  await store.runs.update(id, (before) =>
    isFinal(before.status)
      ? before
      : { ...before, status: ended(before.status, JobState.JOB_STATE_FAILED, now(), failureOf(error)) },
  );
}

async function trainAndEvaluate(context: JobContext, id: string, lease: AbortSignal): Promise<void> {
  const { platform, store, compute, now } = context;
  const { artifacts } = platform;
  const { signal, cancel } = cancellable(lease);
  const checkpointPath = `training/runs/${id}/checkpoint.safetensors`;
  const update = async (change: (run: Run) => Run): Promise<void> => {
    const current = await store.runs.update(id, (before) => (isFinal(before.status) ? before : change(before)));
    if (current.status?.state === JobState.JOB_STATE_CANCELLED) cancel();
  };
  await update((before) => ({ ...before, attempts: before.attempts + 1, status: running(before.status, now()) }));
  const run = await store.runs.require(id);
  const spec = run.spec as RunSpec;
  const tokenSet = await store.tokenSets.require(spec.tokenSetId);
  const manifest = TokenManifest.fromJSON(JSON.parse(await readText(artifacts, tokenSet.manifest)));
  const { proxy } = proxyFromProto(spec.proxy);
  const missing = run.targets.filter(
    (target) => !run.tasks.some((task) => task.target === target.name && task.targetSha256 === target.items?.sha256),
  );
  const checkpoint = run.weights ? undefined : await artifacts.stat(checkpointPath);

  // Progress and checkpoints are stored one after another, in the order they came.
  let storing: Promise<void> = Promise.resolve();
  const onProgress = (message: RunProgressMessage) => {
    storing = storing
      .then(() => keep(message))
      .catch((error) => platform.logger.warn({ err: error, run: id }, "progress could not be stored"));
  };
  const keep = async (message: RunProgressMessage): Promise<void> => {
    if (message.type === "checkpoint") {
      await artifacts.put(checkpointPath, message.file);
      return;
    }
    const { step, steps, tokens, loss, tokensPerSecond, secondsLeft } = message;
    const training = {
      step: BigInt(step),
      steps: BigInt(steps),
      tokens: BigInt(tokens),
      loss,
      tokensPerSecond,
      secondsLeft,
    };
    await update((before) => ({ ...before, training }));
  };

  const result = await compute(
    "run",
    {
      proxy,
      tokenizer: await readText(artifacts, manifest.tokenizer),
      domains: await localDomains(artifacts, manifest),
      mixture: spec.mixture,
      tokens: Number(spec.tokens),
      seed: spec.seed,
      matchRepetitionTokens: Number(spec.matchRepetitionTokens),
      executionProviders: context.executionProviders,
      checkpointPath: checkpoint && (await artifacts.localPath(checkpoint)),
      weightsPath: run.weights && (await artifacts.localPath(run.weights)),
      checkpointMs: context.checkpointMs,
      targets: await localTargets(artifacts, missing),
    },
    { signal, onProgress },
  ).finally(() => storing);

  const weights: Artifact | undefined = result.weights
    ? artifactOf(await artifacts.put(`training/runs/${id}/weights.safetensors`, result.weights))
    : run.weights;
  const shape = { ...proxy, vocabulary: manifest.vocabulary };
  await update((before) => ({
    ...before,
    weights,
    tasks: [...before.tasks, ...taskResults(result)],
    epochs: result.epochs ?? before.epochs,
    seconds: before.seconds + result.seconds,
    parameters: BigInt(parameterCount(shape)),
    status: ended(before.status, JobState.JOB_STATE_SUCCEEDED, now()),
  }));
  await artifacts.remove(checkpointPath);
}

function taskResults({ scores }: RunResult): TaskResult[] {
  return scores.map((score) => ({
    target: score.target,
    targetSha256: score.targetSha256,
    bitsPerByte: score.bitsPerByte,
    standardError: score.standardError,
    items: score.items,
    accuracy: score.accuracy,
    accuracyByByte: score.accuracyByByte,
    choiceProbability: score.choiceProbability,
  }));
}
