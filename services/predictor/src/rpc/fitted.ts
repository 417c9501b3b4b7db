import type { Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import type { Predictor, PredictorSpec } from "@climb/proto/predictor/v1/predictor_service";
import { nameOfState, type ResourceStore } from "@climb/resources";
import { ServiceError, type WorkerPool } from "@climb/runtime";
import { statisticsPaths } from "../steps/fit.js";
import type { ModelInput, TargetInput } from "../tasks/messages.js";
import type { Tasks } from "../tasks/worker.js";
import { countedIds, targetInputs } from "./convert.js";

/** What the calls that use predictors need. */
export interface PredictorCalls {
  platform: Platform;
  predictors: ResourceStore<Predictor>;
  pool: WorkerPool<Tasks>;
}

/** A predictor that can predict. @throws ServiceError notFound RESOURCE_UNKNOWN, wrongState STATE_FORBIDS */
export async function requireFitted(predictors: ResourceStore<Predictor>, id: string): Promise<Predictor> {
  const predictor = await predictors.require(id);
  if (predictor.status?.state === JobState.JOB_STATE_SUCCEEDED) return predictor;
  const state = nameOfState(predictor.status);
  const message = `predictor ${id} is ${state}, expected SUCCEEDED`;
  throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "predictor", id, state });
}

/** The targets as the threads need them; the published predictor knows nothing but the weights. */
export async function targetsOf(
  platform: Platform,
  spec: Pick<PredictorSpec, "models" | "tasks">,
): Promise<TargetInput[]> {
  const paths = spec.models.includes("paper") ? [] : await statisticsPaths(platform, spec.tasks);
  return targetInputs(spec.tasks, paths);
}

/** A fitted predictor as the threads need it. */
export async function modelInput(platform: Platform, { model, spec }: Predictor): Promise<ModelInput> {
  const { domains, proxyTokens, ...rest } = spec as PredictorSpec;
  return {
    modelPath: await platform.artifacts.localPath(model as Artifact),
    counted: countedIds(domains),
    targets: await targetsOf(platform, rest),
    proxyTokens: Number(proxyTokens),
  };
}
