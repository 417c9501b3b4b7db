import type { Platform } from "@climb/ports";
import type { Run, TaskResult, TokenSet, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { ResourceStore } from "@climb/resources";
import { fieldInvalid, type Handlers } from "@climb/runtime";
import { inOrder, missingTargets } from "../steps/evaluate.js";
import { targetDigest, taskDigest } from "./convert.js";
import type { Runs } from "./runs.js";
import { createLeases, LEASE_MS } from "./trainer-leases.js";

type TrainerCalls = Pick<
  Handlers<typeof TrainingServiceDefinition>,
  "leaseRun" | "reportProgress" | "completeRun" | "failRun"
>;

/** The calls of trainers outside Climb. */
export function trainerCalls(platform: Platform, tokenSets: ResourceStore<TokenSet>, runs: Runs): TrainerCalls {
  const leases = createLeases(platform, runs);
  const leaseSeconds = LEASE_MS / 1000;
  return {
    async leaseRun({ trainer, waitSeconds }, { signal }) {
      const lease = await leases.take(trainer, waitSeconds * 1000, signal);
      if (!lease) return { run: undefined, leaseId: "", leaseSeconds, tokens: undefined };
      const tokenSet = await tokenSets.require(lease.run.spec?.tokenSetId ?? "");
      return { ...lease, leaseSeconds, tokens: tokenSet.manifest };
    },
    async reportProgress({ leaseId, progress }) {
      await leases.extend(leaseId, progress);
      return { leaseSeconds };
    },
    async completeRun({ leaseId, tasks, seconds, parameters, weights, epochs }) {
      if (weights) await platform.artifacts.localPath(weights);
      const run = await leases.complete(leaseId, (before) => {
        checkEpochs(before, epochs);
        return {
          ...before,
          tasks: withReported(before, tasks),
          seconds: before.seconds + seconds,
          parameters,
          weights,
          epochs,
        };
      });
      return { run };
    },
    async failRun({ leaseId, message }) {
      return { run: await leases.fail(leaseId, message || "the trainer gave no reason") };
    },
  };
}

function checkEpochs({ spec }: Run, epochs: number[]): void {
  const domains = spec?.mixture.length ?? 0;
  if (epochs.length > 0 && epochs.length !== domains) {
    throw fieldInvalid("epochs", `${epochs.length} values`, `one for each of ${domains} domains, or none`);
  }
}

/** The run's results with those that a trainer reports, in the order of the targets. */
function withReported(run: Run, reported: TaskResult[]): TaskResult[] {
  const known = new Set(run.targets.map(targetDigest));
  const stray = reported.findIndex((task) => !known.has(taskDigest(task)));
  if (stray >= 0) {
    const expected = "name, target_sha256 and scoring of a target of the run";
    throw fieldInvalid(`tasks[${stray}]`, `target "${reported[stray]?.target}"`, expected);
  }
  const tasks = inOrder(run.targets, [...run.tasks, ...reported]);
  const [missing] = missingTargets({ targets: run.targets, tasks });
  if (missing) throw fieldInvalid("tasks", `no result for target "${missing.name}"`, "one for each target");
  return tasks;
}
