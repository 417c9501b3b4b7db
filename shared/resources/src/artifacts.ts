import type { ArtifactRef } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";

/** A stored artifact as the contracts refer to it. */
export function toArtifact({ uri, sha256, sizeBytes }: ArtifactRef): Artifact {
  return { uri, sha256, sizeBytes: BigInt(sizeBytes) };
}
