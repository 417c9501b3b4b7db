import { TargetStatisticsFinished, TokenSetFinished } from "@climb/proto/training/v1/training_events";
import { runResourceJobs } from "@climb/runtime";
import type { JobContext } from "./jobs/context.js";
import { isRunComplete, makeRun, runEndEvent, tidyRun } from "./jobs/runs.js";
import { makeStatistics } from "./jobs/statistics.js";
import { makeTokenSet, tidyTokenSet } from "./jobs/token-sets.js";

/** Works through the service's three queues until the platform's signal aborts. */
export async function runTrainingJobs(context: JobContext): Promise<void> {
  const { platform, store, workers, now } = context;
  const common = { platform, now };
  await Promise.all([
    runResourceJobs({
      ...common,
      queue: "tokens",
      resources: store.tokenSets,
      concurrency: 1,
      make: (set, making) => makeTokenSet(context, set, making),
      tidy: (set) => tidyTokenSet(context, set),
      endEvent: (id, state) => ({
        subject: "training.token_set_finished",
        payload: TokenSetFinished.encode({ tokenSetId: id, state }).finish(),
      }),
    }),
    runResourceJobs({
      ...common,
      queue: "statistics",
      resources: store.statistics,
      concurrency: 1,
      make: (set, making) => makeStatistics(context, set, making),
      endEvent: (id, state) => ({
        subject: "training.target_statistics_finished",
        payload: TargetStatisticsFinished.encode({ targetStatisticsId: id, state }).finish(),
      }),
    }),
    runResourceJobs({
      ...common,
      queue: "runs",
      resources: store.runs,
      concurrency: workers,
      make: (run, making) => makeRun(context, run, making),
      isComplete: isRunComplete,
      tidy: (run) => tidyRun(context, run),
      endEvent: runEndEvent,
    }),
  ]);
}
