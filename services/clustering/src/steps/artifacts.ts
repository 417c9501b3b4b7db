import { type ArtifactStore, readJson } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import { ServiceError } from "@climb/runtime";

/** Stands for an artifact that a message lacks; reading it says that there is none. */
export const NO_ARTIFACT: Artifact = { uri: "", sha256: "", sizeBytes: 0n };

/**
 * The manifest of an embedding set.
 * @throws ServiceError notFound ARTIFACT_MISSING; invalid RECORD_INVALID or INPUT_EMPTY if it is not one
 */
export async function readEmbeddings(artifacts: ArtifactStore, artifact: Artifact): Promise<EmbeddingManifest> {
  const { uri } = artifact;
  const invalid = (fault: string, reason = "RECORD_INVALID") =>
    new ServiceError("invalid", reason, `${uri} ${fault}`, { file: uri, line: "", field: "", path: uri });
  let manifest: EmbeddingManifest;
  try {
    manifest = EmbeddingManifest.fromJSON(await readJson(artifacts, artifact));
  } catch (error) {
    if (error instanceof ServiceError && error.kind !== "wrongState") throw error;
    throw invalid(`is no embedding manifest: ${(error as Error).message}`);
  }
  const shards = manifest.corpus?.shards ?? [];
  if (manifest.dimensions === 0) throw invalid("is no embedding manifest: dimensions is missing");
  if (shards.length !== manifest.vectors.length) {
    throw invalid(`names ${shards.length} document shards but ${manifest.vectors.length} vector shards`);
  }
  if (documentsOf(manifest) === 0) throw invalid("names no document", "INPUT_EMPTY");
  return manifest;
}

/** Documents in all shards. */
export function documentsOf({ corpus }: EmbeddingManifest): number {
  return corpus?.shards.reduce((sum, { documents }) => sum + Number(documents), 0) ?? 0;
}

/** Whether documents are ids without text. */
export function isWithoutText({ corpus }: EmbeddingManifest): boolean {
  return corpus?.withoutText ?? false;
}

/** A shard with its vectors on this machine. */
export async function localShard(artifacts: ArtifactStore, { corpus, vectors }: EmbeddingManifest, shard: number) {
  const { artifact, documents = 0n } = corpus?.shards[shard] ?? {};
  return {
    documentsPath: await artifacts.localPath(artifact ?? NO_ARTIFACT),
    vectorsPath: await artifacts.localPath(vectors[shard] ?? NO_ARTIFACT),
    rows: Number(documents),
  };
}

/** All shards with their vectors, and where each document belongs, on this machine. */
export function localAssignedShards(
  artifacts: ArtifactStore,
  embeddings: EmbeddingManifest,
  assignments: readonly Artifact[],
) {
  return Promise.all(
    (embeddings.corpus?.shards ?? []).map(async (_, i) => ({
      ...(await localShard(artifacts, embeddings, i)),
      assignmentsPath: await artifacts.localPath(assignments[i] ?? NO_ARTIFACT),
    })),
  );
}

/** Raw little-endian bytes of numbers; every machine that runs Node is little-endian. */
export function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** File name of a part, for example "assignments-00003.i32". */
export function partName(name: string, index: number, extension: string): string {
  return `${name}-${String(index).padStart(5, "0")}.${extension}`;
}
