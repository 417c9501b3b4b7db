import type { Run, RunSpec, TokenManifest } from "@climb/proto/training/v1/training_service";
import { type MakeContext, toArtifact } from "@climb/resources";
import { parameterCount } from "../core/model/shape.js";
import { shapeFromProto } from "../rpc/convert.js";
import type { WorkContext } from "./inputs.js";
import { weightsOf } from "./train.js";

/** Averages a run's components and stores the outcome as its weights. @throws ServiceError notFound ARTIFACT_MISSING */
export async function mergeRun(
  { platform: { artifacts }, pool }: WorkContext,
  { id, spec: given }: Run,
  manifest: TokenManifest,
  { signal, update }: MakeContext<Run>,
): Promise<Run> {
  const { proxy, mixture, merge } = given as RunSpec;
  const shape = shapeFromProto(proxy, manifest.vocabulary);
  const counted = mixture.filter((weight) => weight > 0);
  const parts = await Promise.all(
    (merge?.components ?? []).map(async (component, k) => ({
      path: await artifacts.localPath(component),
      weight: counted[k] as number,
    })),
  );
  const { weights: file, seconds } = await pool.run("mergeProxies", { shape, parts }, { signal });
  const weights = toArtifact(await artifacts.put(weightsOf(id), file));
  const parameters = BigInt(parameterCount(shape));
  const stored = await update((before) => ({ ...before, weights, parameters, seconds: before.seconds + seconds }));
  return { ...stored, weights };
}
