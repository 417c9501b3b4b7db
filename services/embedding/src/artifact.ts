import type { Artifact } from "@climb/proto/common/v1/artifact";
import type { ArtifactRef, ArtifactStore } from "@climb/runtime";

export function toArtifact(ref: ArtifactRef): Artifact {
  return { uri: ref.uri, sha256: ref.sha256, sizeBytes: BigInt(ref.sizeBytes) };
}

/** The whole content of a small artifact. */
export async function readArtifact(artifacts: ArtifactStore, uri: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(uri)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function writeJson(artifacts: ArtifactStore, path: string, value: unknown): Promise<ArtifactRef> {
  return artifacts.put(path, Buffer.from(JSON.stringify(value, undefined, 1)));
}
