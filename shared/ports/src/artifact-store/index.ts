export { openFileArtifacts } from "./embedded.js";
export type { ArtifactRef, ArtifactStore, Content, NamedArtifact } from "./port.js";
export { keptJson, readJson, readWhole } from "./read.js";
export { openS3Artifacts, type S3ArtifactsOptions } from "./s3.js";
