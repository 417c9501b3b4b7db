import { JobState } from "@climb/proto/common/v1/job";
import type { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import { roleFromProto } from "../rpc/convert.js";
import { proxyOf } from "../rpc/run-spec.js";

/** runs.jsonl: one line for each proxy run, in the order they were planned. */
export function runsJsonl(search: Search, runs: SearchRun[]): string {
  const ids = (search.result?.domains ?? []).map(({ id }) => id);
  return runs
    .map((run) =>
      JSON.stringify({
        id: run.runId,
        round: run.round,
        role: roleFromProto(run.role),
        origin: run.origin,
        mixture: run.mixture,
        weights: Object.fromEntries(ids.map((id, j) => [id, run.mixture[j]])),
        proxy: search.spec && proxyOf(search.spec, run.smallerProxy)?.preset,
        tokens: Number(run.tokens),
        seed: run.seed,
        state: run.state === JobState.JOB_STATE_SUCCEEDED ? "succeeded" : "failed",
        objective: run.state === JobState.JOB_STATE_SUCCEEDED ? run.objective : null,
        tasks: run.tasks.map((task) => ({
          name: task.target,
          bitsPerByte: task.bitsPerByte,
          standardError: task.standardError,
          items: task.items,
          accuracy: task.accuracy,
          accuracyByByte: task.accuracyByByte,
          choiceProbability: task.choiceProbability,
        })),
        seconds: run.seconds,
        groupWeights:
          run.groupWeights.length > 0 ? Object.fromEntries(ids.map((id, j) => [id, run.groupWeights[j]])) : undefined,
        failure: run.failure || undefined,
      }),
    )
    .map((line) => `${line}\n`)
    .join("");
}
