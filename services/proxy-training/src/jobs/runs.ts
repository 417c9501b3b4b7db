import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { JobState } from "@climb/proto/common/v1/job";
import type { Target } from "@climb/proto/training/v1/target";
import { RunFinished } from "@climb/proto/training/v1/training_events";
import type { Run, RunSpec, TaskResult } from "@climb/proto/training/v1/training_service";
import { type MakeContext, running } from "@climb/runtime";
import { proxyFromProto, targetDigest, taskDigest } from "../convert.js";
import type { TargetScore } from "../core/evaluation/score-target.js";
import { parameterCount } from "../core/model/shape.js";
import type { RunProgressMessage, RunResult } from "../tasks/run.js";
import { artifactOf, type JobContext, readManifest, tokenizerFile } from "./context.js";
import { localDomains, localTargets } from "./statistics.js";

/** Trains and evaluates a proxy run, or evaluates what is missing on weights that are there. */
export async function makeRun(
  context: JobContext,
  { id }: Run,
  { signal, update }: MakeContext<Run>,
): Promise<(before: Run) => Run> {
  const { platform, store, compute, now } = context;
  const { artifacts } = platform;
  const checkpointPath = checkpointOf(id);
  const run = await update((before) => ({ ...before, attempts: before.attempts + 1 }));
  const spec = run.spec as RunSpec;
  const tokenSet = await store.tokenSets.require(spec.tokenSetId);
  const manifest = await readManifest(artifacts, tokenSet);
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
      tokenizer: await tokenizerFile(artifacts, manifest),
      domains: await localDomains(artifacts, manifest),
      mixture: spec.mixture,
      tokens: Number(spec.tokens),
      seed: spec.seed,
      matchRepetitionTokens: Number(spec.matchRepetitionTokens),
      executionProviders: context.executionProviders,
      stepsPerCall: context.stepsPerCall,
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
  return (before) => ({
    ...before,
    weights,
    tasks: withResults(before, missing, result),
    epochs: result.epochs ?? before.epochs,
    seconds: before.seconds + result.seconds,
    parameters: BigInt(parameterCount(shape)),
  });
}

/** The event that a run has ended. */
export function runEndEvent(runId: string, state: JobState): { subject: string; payload: Uint8Array } {
  return { subject: "training.run_finished", payload: RunFinished.encode({ runId, state }).finish() };
}

/** Whether every target is evaluated: further ones may have been asked for meanwhile. */
export function isRunComplete(run: Run): boolean {
  return missingTargets(run).length === 0;
}

/** Removes the checkpoint of a run that is trained. */
export async function tidyRun({ platform: { artifacts } }: JobContext, { id }: Run): Promise<void> {
  await artifacts.remove(checkpointOf(id));
}

function checkpointOf(id: string): string {
  return `training/runs/${id}/checkpoint.safetensors`;
}

/** Targets without a result. */
export function missingTargets(run: Run): Target[] {
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
