import type { Platform } from "@climb/ports";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { implement, type RpcService, type WorkerPool } from "@climb/runtime";
import type { TrainingOptions } from "../steps/train.js";
import type { Tasks } from "../tasks/worker.js";
import { importCheckpoint } from "./checkpoints.js";
import { downloadRun } from "./downloads.js";
import { probeRun } from "./probe-run.js";
import { type Runs, validateRun } from "./runs.js";
import type { Statistics } from "./target-statistics.js";
import { importTargets, targetFaults } from "./targets.js";
import type { TokenSets } from "./token-sets.js";
import { importTokenizer } from "./tokenizers.js";
import { trainerCalls } from "./trainer-calls.js";

/**
 * The service's calls.
 * @param pool threads for callers who wait
 * @param runsAtOnce runs that this process trains at once
 */
export function trainingService(
  platform: Platform,
  pool: WorkerPool<Tasks>,
  { tokenSets, statistics, runs }: { tokenSets: TokenSets; statistics: Statistics; runs: Runs },
  options: TrainingOptions,
  runsAtOnce: number,
): RpcService {
  return implement(TrainingServiceDefinition, {
    validateTargets: async ({ sources }) => ({ faults: await targetFaults(platform, sources) }),
    importTargets: async ({ sources }) => ({ targets: await importTargets(platform, sources) }),
    importTokenizer: (request, { signal }) => importTokenizer(platform, pool, request, signal),
    importCheckpoint: ({ path }) => importCheckpoint(platform, path),

    ...tokenSets.calls,
    createTokenSet: tokenSets.create,

    ...statistics.calls,
    createTargetStatistics: statistics.create,

    ...runs.calls,
    validateRun: (request) => validateRun(platform, tokenSets.store, request),
    probeRun: (request, { signal }) => probeRun(pool, options, runsAtOnce, request, signal),
    createRun: runs.create,
    async cancelRun(request) {
      const { run } = await runs.calls.cancelRun(request);
      // No worker of Climb would tell of its end.
      if (run.spec?.trainer) await runs.announce(run);
      return { run };
    },
    async *downloadRun({ id, format }, { signal }) {
      yield* downloadRun(platform.artifacts, pool, tokenSets.store, await runs.store.require(id), format, signal);
    },
    ...trainerCalls(platform, tokenSets.store, runs),
  });
}
