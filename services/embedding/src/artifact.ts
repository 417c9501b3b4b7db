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

/** The bytes in pieces: a store hashes what it is given at once, and the event loop must not wait for 30 MB. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 1024 * 1024): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}
