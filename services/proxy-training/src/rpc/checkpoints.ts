import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "@climb/numeric";
import type { ArtifactStore, Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { RunSpec, TokenManifest } from "@climb/proto/training/v1/training_service";
import { toArtifact } from "@climb/resources";
import { contentId, fieldInvalid, ServiceError } from "@climb/runtime";
import { decodeWeights } from "../core/training/checkpoint.js";
import { required } from "../steps/inputs.js";
import { shapeFromProto } from "./convert.js";

/** Takes a checkpoint file into the store. @throws ServiceError FIELD_INVALID if it is no safetensors file */
export async function importCheckpoint({ artifacts, callerFile }: Platform, path: string): Promise<Artifact> {
  const file = await callerFile(path)
    .then((local) => readFile(local))
    .catch((error: Error) => {
      if (error instanceof ServiceError && error.kind !== "invalid") throw error;
      throw fieldInvalid("path", `${path}, which cannot be read (${error.message})`, "a safetensors file");
    });
  try {
    decodeSafetensors(file);
  } catch (error) {
    throw fieldInvalid("path", `${path}: ${(error as Error).message}`, "a safetensors file");
  }
  return toArtifact(await artifacts.put(`training/bases/${contentId("base", file)}.safetensors`, file));
}

/**
 * Whether a run can begin with its base and be held against its reference.
 * @throws ServiceError FIELD_INVALID naming the tensor that does not fit
 */
export async function checkWeights(artifacts: ArtifactStore, manifest: TokenManifest, spec: RunSpec): Promise<void> {
  const { base, groupDro } = spec;
  if (base) await checkFile(artifacts, manifest, spec, "spec.base", base);
  if (groupDro) await checkFile(artifacts, manifest, spec, "spec.group_dro.reference", required(groupDro.reference));
}

async function checkFile(
  artifacts: ArtifactStore,
  { vocabulary }: TokenManifest,
  { proxy }: RunSpec,
  field: string,
  weights: Artifact,
): Promise<void> {
  const shape = shapeFromProto(proxy, vocabulary);
  const file = await readFile(await artifacts.localPath(weights));
  try {
    decodeWeights(shape, file);
  } catch (error) {
    const wanted = `${shape.layers} layers of width ${shape.width} and a vocabulary of ${vocabulary}`;
    throw fieldInvalid(field, (error as Error).message, `a model of ${wanted}, as the run's proxy`);
  }
}
