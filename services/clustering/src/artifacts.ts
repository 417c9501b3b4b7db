import { createHash } from "node:crypto";
import { Artifact } from "@climb/proto/common/v1/artifact";
import { EmbeddingManifest } from "@climb/proto/embedding/v1/embedding_service";
import { type ArtifactRef, type ArtifactStore, ServiceError } from "@climb/runtime";

/** The whole content of an artifact. @throws ServiceError notFound ARTIFACT_MISSING */
export async function readAll(artifacts: ArtifactStore, uri: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(uri)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * The manifest of an embedding set.
 * @throws ServiceError notFound ARTIFACT_MISSING; invalid RECORD_INVALID or INPUT_EMPTY if it is not one
 */
export async function readEmbeddings(artifacts: ArtifactStore, { uri }: Artifact): Promise<EmbeddingManifest> {
  const invalid = (fault: string, reason = "RECORD_INVALID") =>
    new ServiceError("invalid", reason, `${uri} ${fault}`, { file: uri, line: "", field: "", path: uri });
  const bytes = await readAll(artifacts, uri);
  let manifest: EmbeddingManifest;
  try {
    manifest = EmbeddingManifest.fromJSON(JSON.parse(bytes.toString("utf8")));
  } catch (error) {
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

/**
 * Stores content unless exactly that is there already. Two sets may share their work and a lost lease may be worked on
 * twice: then nobody should find a file being replaced by its equal.
 */
export async function putOnce(artifacts: ArtifactStore, path: string, content: Uint8Array): Promise<ArtifactRef> {
  const known = await artifacts.stat(path);
  if (known && known.sha256 === createHash("sha256").update(content).digest("hex")) return known;
  return artifacts.put(path, content);
}

/** A stored artifact as messages carry it. */
export function artifactOf({ uri, sha256, sizeBytes }: ArtifactRef): Artifact {
  return Artifact.create({ uri, sha256, sizeBytes: BigInt(sizeBytes) });
}

/** Raw little-endian bytes of numbers; every machine that runs Node is little-endian. */
export function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** File name of a part, for example "assignments-00003.i32". */
export function partName(name: string, index: number, extension: string): string {
  return `${name}-${String(index).padStart(5, "0")}.${extension}`;
}

/** The JSON artifact at a path, made and stored first if it is not there. */
export async function keptJson<T>(artifacts: ArtifactStore, path: string, make: () => Promise<T>): Promise<T> {
  const known = await artifacts.stat(path);
  if (known) return JSON.parse((await readAll(artifacts, known.uri)).toString("utf8")) as T;
  const made = await make();
  await putOnce(artifacts, path, Buffer.from(JSON.stringify(made)));
  return made;
}
