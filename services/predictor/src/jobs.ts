import { PredictorFinished } from "@climb/proto/predictor/v1/predictor_events";
import type { Predictor, PredictorSpec, PredictorTask } from "@climb/proto/predictor/v1/predictor_service";
import { type MakeContext, type Platform, runResourceJobs } from "@climb/runtime";
import { fitInput, toArtifact, toTaskFit } from "./convert.js";
import type { PredictorPool } from "./pool.js";
import type { PredictorStore } from "./store.js";

/** Works through the queue of fits until the platform's signal aborts. */
export function runPredictorJobs(
  platform: Platform,
  predictors: PredictorStore,
  pool: PredictorPool,
  now: () => Date,
): Promise<void> {
  return runResourceJobs({
    platform,
    queue: "predictor",
    resources: predictors,
    concurrency: 2,
    now,
    make: (predictor, context) => fit(platform, pool, predictor, context),
    endEvent: (predictorId, state) => ({
      subject: "predictor.predictor_finished",
      payload: PredictorFinished.encode({ predictorId, state }).finish(),
    }),
  });
}

/** Local files of the tasks' statistics. */
export function statisticsPaths(platform: Platform, tasks: readonly PredictorTask[]): Promise<(string | undefined)[]> {
  return Promise.all(tasks.map(({ statistics }) => statistics && platform.artifacts.localPath(statistics)));
}

async function fit(
  platform: Platform,
  pool: PredictorPool,
  { id, spec: given }: Predictor,
  { signal, report }: MakeContext<Predictor>,
): Promise<(before: Predictor) => Predictor> {
  const spec = given as PredictorSpec;
  const input = fitInput(spec, await statisticsPaths(platform, spec.tasks));
  let done = 0;
  const targets = await Promise.all(
    input.targets.map(async (_, index) => {
      const target = await pool.run({ kind: "fit-target", input, index }, { signal });
      report({ stage: "fit", done: ++done, total: input.targets.length, unit: "tasks" });
      return target;
    }),
  );
  const assembled = await pool.run({ kind: "assemble", input, targets }, { signal });
  const put = async (name: string, content: Uint8Array) =>
    toArtifact(await platform.artifacts.put(`predictor/${id}/${name}`, content));
  const files = {
    model: await put("model.json", assembled.model),
    onnx: await put("model.onnx", assembled.onnx),
  };
  const fits = assembled.fits.map((summary, t) => toTaskFit((spec.tasks[t] as PredictorTask).name, summary));
  return (before) => ({ ...before, ...files, fits, warnings: assembled.warnings });
}
