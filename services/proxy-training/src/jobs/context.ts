import type { Artifact } from "@climb/proto/common/v1/artifact";
import { TokenManifest, type TokenSet } from "@climb/proto/training/v1/training_service";
import { type ArtifactRef, type ArtifactStore, type Platform, ServiceError } from "@climb/runtime";
import type { Compute } from "../compute.js";
import type { TrainingStore } from "../store.js";
import type { TokenizerFile } from "../tasks/tokenizers.js";

/** What the jobs of this service use. */
export interface JobContext {
  platform: Platform;
  store: TrainingStore;
  compute: Compute;
  /** Worker threads that there are. */
  workers: number;
  now: () => Date;
  executionProviders: string[];
  stepsPerCall: number;
  checkpointMs: number;
}

export function artifactOf({ uri, sha256, sizeBytes }: ArtifactRef): Artifact {
  return { uri, sha256, sizeBytes: BigInt(sizeBytes) };
}

/** A whole artifact as text. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readText(artifacts: ArtifactStore, artifact: Artifact | undefined): Promise<string> {
  if (!artifact) throw new ServiceError("invalid", "FIELD_INVALID", "an artifact is missing from the request");
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(artifact.uri)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The manifest of a finished token set. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readManifest(artifacts: ArtifactStore, { manifest }: TokenSet): Promise<TokenManifest> {
  return TokenManifest.fromJSON(JSON.parse(await readText(artifacts, manifest)));
}

/** The tokenizer of a finished token set, as tasks are given it. */
export async function tokenizerFile(artifacts: ArtifactStore, manifest: TokenManifest): Promise<TokenizerFile> {
  const { tokenizer, vocabulary, endOfText } = manifest;
  return { json: await readText(artifacts, tokenizer), vocabulary, endOfText };
}
