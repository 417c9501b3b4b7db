import type { OnDiskFull } from "@climb/runtime";
import { openFileBlobs } from "./file-blobs.js";
import type { ArtifactStore } from "./port.js";
import { createArtifactStore } from "./store.js";

/**
 * Artifacts as files under a root, a local disk or a volume that all services share: `contents` by digest, `replaced` by
 * number, `names` with what they stand for, and `tmp` with what is being written.
 */
export function openFileArtifacts(root: string, onDiskFull?: OnDiskFull): ArtifactStore {
  return createArtifactStore(openFileBlobs(root, onDiskFull));
}
