import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "@climb/numeric";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { RunSpec, TokenSet } from "@climb/proto/training/v1/training_service";
import { type ArtifactStore, contentId, ServiceError } from "@climb/runtime";
import { proxyFromProto } from "./convert.js";
import { decodeWeights } from "./core/training/checkpoint.js";
import { artifactOf, readManifest } from "./jobs/context.js";

/** Takes a checkpoint file into the store. @throws ServiceError FIELD_INVALID if it is no safetensors file */
export async function importCheckpoint(artifacts: ArtifactStore, path: string): Promise<Artifact> {
  const file = await readFile(path).catch((error: Error) => {
    throw invalid("path", `${path} cannot be read (${error.message}), expected a safetensors file`);
  });
  try {
    decodeSafetensors(file);
  } catch (error) {
    throw invalid("path", `${path}: ${(error as Error).message}`);
  }
  return artifactOf(await artifacts.put(`training/bases/${contentId("base", file)}.safetensors`, file));
}

/** Whether a run can begin with its base. @throws ServiceError FIELD_INVALID naming the tensor that does not fit */
export async function checkBase(artifacts: ArtifactStore, tokenSet: TokenSet, spec: RunSpec): Promise<void> {
  const base = spec.base as Artifact;
  const { vocabulary } = await readManifest(artifacts, tokenSet);
  const shape = { ...proxyFromProto(spec.proxy).proxy, vocabulary };
  const file = await readFile(await artifacts.localPath(base));
  try {
    decodeWeights(shape, file);
  } catch (error) {
    const proxy = `${shape.layers} layers of width ${shape.width} and a vocabulary of ${vocabulary}`;
    throw invalid("spec.base", `${(error as Error).message}; the run's proxy has ${proxy}`);
  }
}

function invalid(field: string, message: string): ServiceError {
  return new ServiceError("invalid", "FIELD_INVALID", `${field}: ${message}`, { field });
}
