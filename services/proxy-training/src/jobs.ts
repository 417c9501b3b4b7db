import type { Run } from "@climb/proto/training/v1/training_service";
import { runJobs } from "@climb/runtime";
import type { JobContext } from "./jobs/context.js";
import { buryRun, makeRun } from "./jobs/runs.js";
import { buryStatistics, makeStatistics } from "./jobs/statistics.js";
import { buryTokenSet, makeTokenSet } from "./jobs/token-sets.js";

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
      onBuried: ({ id }, error) => buryTokenSet(context, id, error),
    }),
    runJobs({
      ...common,
      name: "statistics",
      queue: platform.queue("statistics"),
      concurrency: 1,
      handler: ({ id }, lease) => makeStatistics(context, id, lease.signal),
      onBuried: ({ id }, error) => buryStatistics(context, id, error),
    }),
    runJobs({
      ...common,
      name: "runs",
      queue: platform.queue("runs"),
      concurrency: workers,
      handler: ({ payload }, lease) => makeRun(context, runOf(payload), lease.signal),
      onBuried: ({ payload }, error) => buryRun(context, runOf(payload), error),
    }),
  ]);
}

/** A run has a job for its training and further ones for targets that are asked for later; each holds the run's id. */
export function runJob({ id, weights, targets }: Run): { id: string; payload: Uint8Array } {
  return { id: weights ? `${id}-${targets.length}` : id, payload: Buffer.from(id, "utf8") };
}

function runOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString("utf8");
}
