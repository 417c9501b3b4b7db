import { readFile } from "node:fs/promises";
import type { ArtifactStore, Platform } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { Fault } from "@climb/proto/common/v1/job";
import { ImportCheckpointResponse, type RunSpec, type TokenManifest } from "@climb/proto/training/v1/training_service";
import { fieldFault, toArtifact } from "@climb/resources";
import { contentId, fieldInvalid, ServiceError, whyUnreadable } from "@climb/runtime";
import { baseFault, describeBase } from "../core/training/base.js";
import { readCheckpointHeader } from "../steps/checkpoint-header.js";
import { required } from "../steps/inputs.js";
import { shapeFromProto } from "./convert.js";
import { putTokenizer } from "./tokenizers.js";

/**
 * Takes a checkpoint file into the store, and the tokenizer that is in it.
 * @throws ServiceError FIELD_INVALID if it is no safetensors file
 */
export async function importCheckpoint(
  { artifacts, callerFile }: Platform,
  path: string,
): Promise<ImportCheckpointResponse> {
  const local = await callerFile(path).catch((error: Error) => {
    if (error instanceof ServiceError && error.kind !== "invalid") throw error;
    throw unreadable(path, error);
  });
  const { tokenizer, vocabulary, steps, tokens } = await readCheckpointHeader(local)
    .then(describeBase)
    .catch((error: Error) => {
      throw "code" in error ? unreadable(path, error) : notCheckpoint(path, error);
    });
  const file = await readFile(local);
  const checkpoint = await artifacts.put(`training/bases/${contentId("base", file)}.safetensors`, file);
  return ImportCheckpointResponse.fromPartial({
    checkpoint: toArtifact(checkpoint),
    tokenizer: tokenizer && toArtifact(await putTokenizer(artifacts, tokenizer.json)),
    endOfText: tokenizer?.endOfText,
    vocabulary,
    hasMoments: steps > 0,
    tokens: BigInt(tokens),
  });
}

function unreadable(path: string, error: Error): ServiceError {
  return fieldInvalid("path", `${path}, which ${whyUnreadable(error)}`, "a safetensors file");
}

function notCheckpoint(path: string, { message }: Error): ServiceError {
  return fieldInvalid("path", `${path}: ${message}`, "a safetensors file with the weights of a model of Climb");
}

/**
 * Why a run cannot begin with its base, be held against its reference or be made of its components; empty if it can.
 * @throws ServiceError notFound ARTIFACT_MISSING for what is not there, the targets that it is to follow among that
 */
export async function weightFaults(
  artifacts: ArtifactStore,
  spec: Pick<RunSpec, "proxy" | "base" | "groupDro" | "merge" | "targetAlignment">,
  manifest?: Pick<TokenManifest, "vocabulary">,
): Promise<Fault[]> {
  const { base, groupDro, merge, targetAlignment } = spec;
  const faults: Fault[] = [];
  const check = async (field: string, weights: Artifact) => {
    const path = await artifacts.localPath(weights);
    try {
      const header = await readCheckpointHeader(path);
      // Before there are tokens, the vocabulary is what the file has.
      const vocabulary = manifest?.vocabulary ?? describeBase(header).vocabulary;
      const fault = baseFault(shapeFromProto(spec.proxy, vocabulary), header);
      if (fault) faults.push(fieldFault(field, fault.found, `a model of ${fault.expected}, as the run's proxy`));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      faults.push(fieldFault(field, error.message, "a safetensors file with the weights of a model of Climb"));
    }
  };
  if (base) await check("spec.base", base);
  if (groupDro) await check("spec.group_dro.reference", required(groupDro.reference));
  for (const { items } of targetAlignment?.targets ?? []) await artifacts.localPath(required(items));
  for (const [k, component] of (merge?.components ?? []).entries())
    await check(`spec.merge.components[${k}]`, component);
  return faults;
}
