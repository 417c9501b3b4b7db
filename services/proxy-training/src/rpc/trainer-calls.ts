import type { Platform } from "@climb/ports";
import type { Run, TaskResult, TokenSet, TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import type { ResourceStore } from "@climb/resources";
import type { Handlers } from "@climb/runtime";
import { inOrder, missingTargets } from "../steps/evaluate.js";
import { invalid, targetDigest, taskDigest } from "./convert.js";
import { isTrainerName, TRAINER_NAMES } from "./run-spec.js";
import type { Runs } from "./runs.js";
import { createLeases, LEASE_MS } from "./trainer-leases.js";

const MAX_WAIT_SECONDS = 60;

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
      if (trainer === "" || !isTrainerName(trainer)) {
        throw invalid("trainer", `found "${trainer}", expected the name in the runs' spec.trainer, ${TRAINER_NAMES}`);
      }
      if (!(waitSeconds >= 0 && waitSeconds <= MAX_WAIT_SECONDS)) {
        throw invalid("wait_seconds", `found ${waitSeconds}, expected 0 to ${MAX_WAIT_SECONDS}`);
      }
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
      for (const [i, task] of tasks.entries()) checkResult(task, `tasks[${i}]`);
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

function checkResult(task: TaskResult, field: string): void {
  const { bitsPerByte, standardError, items } = task;
  if (!(bitsPerByte > 0 && Number.isFinite(bitsPerByte))) {
    throw invalid(`${field}.bits_per_byte`, `found ${bitsPerByte}, expected a number above 0`);
  }
  if (!(standardError >= 0 && Number.isFinite(standardError))) {
    throw invalid(`${field}.standard_error`, `found ${standardError}, expected a number of at least 0`);
  }
  if (items === 0) throw invalid(`${field}.items`, "found 0, expected how many items were evaluated");
}

function checkEpochs({ spec }: Run, epochs: number[]): void {
  const domains = spec?.mixture.length ?? 0;
  if (epochs.length > 0 && epochs.length !== domains) {
    throw invalid("epochs", `found ${epochs.length} values, expected one for each of ${domains} domains, or none`);
  }
}

/** The run's results with those that a trainer reports, in the order of the targets. */
function withReported(run: Run, reported: TaskResult[]): TaskResult[] {
  const known = new Set(run.targets.map(targetDigest));
  const stray = reported.findIndex((task) => !known.has(taskDigest(task)));
  if (stray >= 0) {
    const message = `found target "${reported[stray]?.target}", expected name, target_sha256 and scoring of a target of the run`;
    throw invalid(`tasks[${stray}]`, message);
  }
  const tasks = inOrder(run.targets, [...run.tasks, ...reported]);
  const [missing] = missingTargets({ targets: run.targets, tasks });
  if (missing) throw invalid("tasks", `there is no result for target "${missing.name}"`);
  return tasks;
}
