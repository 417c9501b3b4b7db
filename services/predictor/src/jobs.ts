import { type Failure, JobState, type JobStatus } from "@climb/proto/common/v1/job";
import type { Predictor, PredictorSpec, PredictorTask } from "@climb/proto/predictor/v1/predictor_service";
import { isFinal, type Platform, runJobs, ServiceError } from "@climb/runtime";
import { fitInput, toArtifact, toTaskFit } from "./convert.js";
import type { PredictorPool } from "./pool.js";
import { type PredictorStore, stateOf } from "./store.js";

/** Works through the queue of fits until the platform's signal aborts. */
export function runPredictorJobs(
  platform: Platform,
  store: PredictorStore,
  pool: PredictorPool,
  now: () => Date,
): Promise<void> {
  return runJobs({
    queue: platform.queue("predictor"),
    name: "predictor",
    concurrency: 2,
    signal: platform.signal,
    logger: platform.logger,
    handler: async ({ id }, { signal }) => {
      const started = await store.predictors.update(id, (current) =>
        isFinal(current.status)
          ? current
          : withStatus(current, { state: JobState.JOB_STATE_RUNNING, startTime: current.status?.startTime ?? now() }),
      );
      // A job comes again when its process died between the last state and the announcement.
      if (isFinal(started.status)) return store.announce(started);
      const cancelled = whenCancelled(store, id, signal);
      try {
        await fit(platform, store, pool, started, cancelled.signal, now);
      } catch (error) {
        const latest = await store.predictors.require(id);
        if (stateOf(latest) === JobState.JOB_STATE_CANCELLED) return store.announce(latest);
        // What is wrong with the input stays wrong at every delivery.
        if (!(error instanceof ServiceError) || error.kind === "unavailable") throw error;
        await fail(store, id, { reason: error.reason, message: error.message, metadata: error.metadata }, now);
      } finally {
        cancelled.stop();
      }
    },
    onBuried: async ({ id, delivery }, error) => {
      const message = `the fit failed ${delivery} times, at last with: ${error instanceof Error ? error.message : String(error)}`;
      await fail(store, id, { reason: "JOB_POISONED", message, metadata: { deliveries: String(delivery) } }, now);
    },
  });
}

/** Local files of the tasks' statistics. */
export function statisticsPaths(platform: Platform, tasks: readonly PredictorTask[]): Promise<(string | undefined)[]> {
  return Promise.all(tasks.map(({ statistics }) => statistics && platform.artifacts.localPath(statistics)));
}

async function fit(
  platform: Platform,
  store: PredictorStore,
  pool: PredictorPool,
  predictor: Predictor,
  signal: AbortSignal,
  now: () => Date,
): Promise<void> {
  const { id } = predictor;
  const spec = predictor.spec as PredictorSpec;
  const input = fitInput(spec, await statisticsPaths(platform, spec.tasks));
  let done = 0;
  const targets = await Promise.all(
    input.targets.map(async (_, index) => {
      const target = await pool.run({ kind: "fit-target", input, index }, { signal });
      done++;
      const progress = { stage: "fit", done, total: input.targets.length, unit: "tasks" };
      await store.predictors.update(id, (current) =>
        isFinal(current.status) || (current.status?.progress?.done ?? 0) >= progress.done
          ? current
          : withStatus(current, { progress }),
      );
      return target;
    }),
  );
  const { model, onnx, fits, warnings } = await pool.run({ kind: "assemble", input, targets }, { signal });
  const files = {
    model: toArtifact(await store.putFile(id, "model.json", model)),
    onnx: toArtifact(await store.putFile(id, "model.onnx", onnx)),
  };
  const finished = await store.predictors.update(id, (current) =>
    isFinal(current.status)
      ? current
      : {
          ...withStatus(current, { state: JobState.JOB_STATE_SUCCEEDED, progress: undefined, endTime: now() }),
          ...files,
          fits: fits.map((summary, t) => toTaskFit((spec.tasks[t] as PredictorTask).name, summary)),
          warnings,
        },
  );
  await store.announce(finished);
}

async function fail(store: PredictorStore, id: string, failure: Failure, now: () => Date): Promise<void> {
  const failed = await store.predictors.update(id, (current) =>
    isFinal(current.status)
      ? current
      : withStatus(current, { state: JobState.JOB_STATE_FAILED, failure, progress: undefined, endTime: now() }),
  );
  await store.announce(failed);
}

/** A signal that also fires when the predictor is cancelled, by whichever process took the call. */
function whenCancelled(store: PredictorStore, id: string, outer: AbortSignal): { signal: AbortSignal; stop(): void } {
  const cancelled = new AbortController();
  const stopped = new AbortController();
  const watch = async () => {
    for await (const { resource } of store.predictors.watch(id, {
      afterSequence: 0,
      signal: AbortSignal.any([outer, stopped.signal]),
    })) {
      if (stateOf(resource) === JobState.JOB_STATE_CANCELLED)
        return cancelled.abort(new Error("the fit was cancelled"));
      if (isFinal(resource.status)) return;
    }
  };
  // A watch that fails costs the early stop only: the result of a cancelled fit is dropped anyway.
  watch().catch(() => {});
  return { signal: AbortSignal.any([outer, cancelled.signal]), stop: () => stopped.abort() };
}

function withStatus(predictor: Predictor, change: Partial<JobStatus>): Predictor {
  return { ...predictor, status: { ...(predictor.status as JobStatus), ...change } };
}
