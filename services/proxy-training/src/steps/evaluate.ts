import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Target } from "@climb/proto/training/v1/target";
import type { Run, TaskResult, TokenManifest } from "@climb/proto/training/v1/training_service";
import type { MakeContext } from "@climb/resources";
import { withLongSpan } from "@climb/runtime";
import type { TargetScore } from "../core/evaluation/score-target.js";
import { shapeFromProto, targetDigest, taskDigest } from "../rpc/convert.js";
import { localTargets, tokenizerFile, type WorkContext } from "./inputs.js";
import type { TrainingOptions } from "./train.js";

/** Targets without a result. */
export function missingTargets(run: Pick<Run, "targets" | "tasks">): Target[] {
  const done = new Set(run.tasks.map(taskDigest));
  return run.targets.filter((target) => !done.has(targetDigest(target)));
}

/** Evaluates a trained run on the targets that have no result yet; returns what to store of it. */
export async function evaluateRun(
  { platform: { artifacts }, pool }: WorkContext,
  { executionProviders }: TrainingOptions,
  run: Run,
  manifest: TokenManifest,
  { signal }: MakeContext<Run>,
): Promise<(before: Run) => Run> {
  const missing = missingTargets(run);
  if (missing.length === 0) return (before) => before;
  const task = {
    shape: shapeFromProto(run.spec?.proxy, manifest.vocabulary),
    weightsPath: await artifacts.localPath(run.weights as Artifact),
    tokenizer: await tokenizerFile(artifacts, manifest),
    executionProviders,
    targets: await localTargets(artifacts, missing),
  };
  const { scores, seconds } = await withLongSpan("evaluate", { attributes: { "climb.run.id": run.id } }, () =>
    pool.run("evaluateProxy", task, { signal }),
  );
  const results = missing.map((target, i) => resultOf(target, scores[i] as TargetScore));
  return (before) => ({
    ...before,
    tasks: inOrder(before.targets, [...before.tasks, ...results]),
    seconds: before.seconds + seconds,
  });
}

/** Results in the order in which their targets were asked for; of two for a target the later one. */
export function inOrder(targets: readonly Target[], results: readonly TaskResult[]): TaskResult[] {
  const tasks = new Map(results.map((task) => [taskDigest(task), task]));
  return targets.flatMap((target) => tasks.get(targetDigest(target)) ?? []);
}

function resultOf({ name, scoring, items: stored }: Target, score: TargetScore): TaskResult {
  const { bitsPerByte, standardError, items, accuracy, accuracyByByte, choiceProbability } = score;
  const measures = { bitsPerByte, standardError, items, accuracy, accuracyByByte, choiceProbability };
  return { target: name, targetSha256: stored?.sha256 ?? "", scoring, ...measures };
}
