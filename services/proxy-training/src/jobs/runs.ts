import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import { type Run, type RunSpec, type TaskResult, TokenManifest } from "@climb/proto/training/v1/training_service";
import { ended, failureOf, isFinal, running } from "@climb/runtime";
import { proxyFromProto, targetDigest, taskDigest } from "../convert.js";
import type { TargetScore } from "../core/evaluation/score-target.js";
import { parameterCount } from "../core/model/shape.js";
import type { RunProgressMessage, RunResult } from "../tasks/run.js";
import { artifactOf, isLasting, type JobContext, readText, unlessCancelled } from "./context.js";
import { localDomains, localTargets } from "./statistics.js";

/**
 * Trains and evaluates a proxy run, or evaluates what is missing on weights that are there, until it is in a last
 * state: while it was worked on, further targets may have been asked for, or it was cancelled and asked for again.
 */
export async function makeRun(context: JobContext, id: string, lease: AbortSignal): Promise<void> {
  const { store } = context;
  while (!isFinal((await store.runs.require(id)).status)) {
    try {
      await unlessCancelled(store.runs, id, lease, (signal) => trainAndEvaluate(context, id, signal));
    } catch (error) {
      // A last checkpoint was written before the worker stopped; whoever takes the run next goes on from there.
      if (lease.aborted || !isLasting(error)) throw error;
      await failRun(context, id, error);
    }
  }
  await announce(context, id);
}

/** A run that was tried as often as the queue allows. */
export async function buryRun(context: JobContext, id: string, error: unknown): Promise<void> {
  await failRun(context, id, error);
  await announce(context, id);
}

async function failRun({ store, now, platform }: JobContext, id: string, error: unknown): Promise<void> {
  platform.logger.error({ err: error, run: id }, "a run failed");
  await store.runs.update(id, (before) =>
    isFinal(before.status)
      ? before
      : { ...before, status: ended(before.status, JobState.JOB_STATE_FAILED, now(), failureOf(error)) },
  );
}

async function announce({ store, platform, now }: JobContext, id: string): Promise<void> {
  const { state = JobState.JOB_STATE_FAILED } = (await store.runs.require(id)).status ?? {};
  await platform.events.publish({
    subject: "training.run_finished",
    // A run that was evaluated again for further targets is finished again: that is another event.
    id: `run-finished-${id}-${now().getTime()}`,
    payload: RunFinished.encode({ runId: id, state }).finish(),
  });
}

async function trainAndEvaluate(context: JobContext, id: string, signal: AbortSignal): Promise<void> {
  const { platform, store, compute, now } = context;
  const { artifacts } = platform;
  const checkpointPath = `training/runs/${id}/checkpoint.safetensors`;
  const update = (change: (run: Run) => Run) =>
    store.runs.update(id, (before) => (isFinal(before.status) ? before : change(before)));
  const run = await update((before) => ({
    ...before,
    attempts: before.attempts + 1,
    status: running(before.status, now()),
  }));
  if (isFinal(run.status)) return;
  const spec = run.spec as RunSpec;
  const tokenSet = await store.tokenSets.require(spec.tokenSetId);
  const manifest = TokenManifest.fromJSON(JSON.parse(await readText(artifacts, tokenSet.manifest)));
  const { proxy } = proxyFromProto(spec.proxy);
  const missing = missingTargets(run);
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
    await update((before) => ({ ...before, training, status: running(before.status, now()) }));
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
      basePath: spec.base && (await artifacts.localPath(spec.base)),
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
  await update((before) => {
    const tasks = withResults(before, missing, result);
    const complete = missingTargets({ ...before, tasks }).length === 0;
    return {
      ...before,
      weights,
      tasks,
      epochs: result.epochs ?? before.epochs,
      seconds: before.seconds + result.seconds,
      parameters: BigInt(parameterCount(shape)),
      // Targets that were added meanwhile are evaluated next.
      status: complete ? ended(before.status, JobState.JOB_STATE_SUCCEEDED, now()) : before.status,
    };
  });
  await artifacts.remove(checkpointPath);
}

function missingTargets(run: Run): Target[] {
  const done = new Set(run.tasks.map(taskDigest));
  return run.targets.filter((target) => !done.has(targetDigest(target)));
}

/** The run's results with those of the targets just evaluated, in the order in which the targets were asked for. */
function withResults(run: Run, targets: Target[], { scores }: RunResult): TaskResult[] {
  const found = targets.map((target, i): TaskResult => {
    const { bitsPerByte, standardError, items, accuracy, accuracyByByte, choiceProbability } = scores[i] as TargetScore;
    const { name, scoring } = target;
    const targetSha256 = target.items?.sha256 ?? "";
    const measures = { bitsPerByte, standardError, items, accuracy, accuracyByByte, choiceProbability };
    return { target: name, targetSha256, scoring, ...measures };
  });
  const tasks = new Map([...run.tasks, ...found].map((task) => [taskDigest(task), task]));
  return run.targets.flatMap((target) => tasks.get(targetDigest(target)) ?? []);
}
