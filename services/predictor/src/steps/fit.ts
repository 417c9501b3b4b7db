import type { Platform } from "@climb/ports";
import type { Predictor, PredictorSpec, PredictorTask } from "@climb/proto/predictor/v1/predictor_service";
import { type MakeContext, toArtifact } from "@climb/resources";
import type { WorkerPool } from "@climb/runtime";
import { fitInput, toTaskFit } from "../rpc/convert.js";
import type { Tasks } from "../tasks/worker.js";

/** What a fit needs of the world. */
export interface FitContext {
  platform: Platform;
  pool: WorkerPool<Tasks>;
}

/** Local files of the tasks' statistics; undefined for a task without. @throws as ArtifactStore.localPath */
export function statisticsPaths(
  { artifacts }: Pick<Platform, "artifacts">,
  tasks: readonly PredictorTask[],
): Promise<(string | undefined)[]> {
  return Promise.all(tasks.map(({ statistics }) => statistics && artifacts.localPath(statistics)));
}

/** Fits each target in a thread of its own, then puts the parts together into one model in two formats. */
export async function fit(
  { platform, pool }: FitContext,
  { id, spec: given }: Predictor,
  { signal, report }: MakeContext<Predictor>,
): Promise<(before: Predictor) => Predictor> {
  const spec = given as PredictorSpec;
  const input = fitInput(spec, await statisticsPaths(platform, spec.tasks));
  let done = 0;
  const targets = await Promise.all(
    input.targets.map(async (_, index) => {
      const target = await pool.run("fitTarget", { input, index }, { signal });
      report({ stage: "fit", done: ++done, total: input.targets.length, unit: "tasks" });
      return target;
    }),
  );
  const assembled = await pool.run("assembleFits", { input, targets }, { signal });
  const put = async (name: string, content: Uint8Array) =>
    toArtifact(await platform.artifacts.put(`predictor/${id}/${name}`, content));
  const files = {
    model: await put("model.json", assembled.model),
    onnx: await put("model.onnx", assembled.onnx),
  };
  const fits = assembled.fits.map((summary, t) => toTaskFit((spec.tasks[t] as PredictorTask).name, summary));
  return (before) => ({ ...before, ...files, fits, warnings: assembled.warnings });
}
