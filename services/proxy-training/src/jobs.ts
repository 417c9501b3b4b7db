import { runJobs } from "@climb/runtime";
import type { JobContext } from "./jobs/context.js";
import { failRun, makeRun } from "./jobs/runs.js";
import { failStatistics, makeStatistics } from "./jobs/statistics.js";
import { failTokenSet, makeTokenSet } from "./jobs/token-sets.js";

/** Works through the service's three queues until the platform's signal aborts. */
export async function runTrainingJobs(context: JobContext): Promise<void> {
  const { platform, workers } = context;
  const { logger, signal } = platform;
  const common = { signal, logger };
  await Promise.all([
    runJobs({
      ...common,
      name: "tokens",
      queue: platform.queue("tokens"),
      concurrency: 1,
      handler: ({ id }, lease) => makeTokenSet(context, id, lease.signal),
      onBuried: ({ id }, error) => failTokenSet(context, id, error),
    }),
    runJobs({
      ...common,
      name: "statistics",
      queue: platform.queue("statistics"),
      concurrency: 1,
      handler: ({ id }, lease) => makeStatistics(context, id, lease.signal),
      onBuried: ({ id }, error) => failStatistics(context, id, error),
    }),
    runJobs({
      ...common,
      name: "runs",
      queue: platform.queue("runs"),
      concurrency: workers,
      handler: ({ id }, lease) => makeRun(context, id, lease.signal),
      onBuried: ({ id }, error) => failRun(context, id, error),
    }),
  ]);
}
