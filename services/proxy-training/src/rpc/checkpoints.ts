import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "@climb/numeric";
import type { ArtifactStore, Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { RunSpec, TokenManifest } from "@climb/proto/training/v1/training_service";
import { toArtifact } from "@climb/resources";
import { contentId, ServiceError } from "@climb/runtime";
import { decodeWeights } from "../core/training/checkpoint.js";
import { invalid, shapeFromProto } from "./convert.js";

/** Takes a checkpoint file into the store. @throws ServiceError FIELD_INVALID if it is no safetensors file */
export async function importCheckpoint({ artifacts, callerFile }: Platform, path: string): Promise<Artifact> {
  const file = await callerFile(path)
    .then((local) => readFile(local))
    .catch((error: Error) => {
      if (error instanceof ServiceError && error.kind !== "invalid") throw error;
      throw invalid("path", `${path} cannot be read (${error.message}), expected a safetensors file`);
    });
  try {
    decodeSafetensors(file);
  } catch (error) {
    throw invalid("path", `${path}: ${(error as Error).message}`);
  }
  return toArtifact(await artifacts.put(`training/bases/${contentId("base", file)}.safetensors`, file));
}

/** Whether a run can begin with its base. @throws ServiceError FIELD_INVALID naming the tensor that does not fit */
export async function checkBase(
  artifacts: ArtifactStore,
  { vocabulary }: TokenManifest,
  { base, proxy }: RunSpec,
): Promise<void> {
  if (!base) return;
  const shape = shapeFromProto(proxy, vocabulary);
  const file = await readFile(await artifacts.localPath(base));
  try {
    decodeWeights(shape, file);
  } catch (error) {
    const wanted = `${shape.layers} layers of width ${shape.width} and a vocabulary of ${vocabulary}`;
    throw invalid("spec.base", `${(error as Error).message}; the run's proxy has ${wanted}`);
  }
}
