import { ServiceError } from "@climb/runtime";
import type { ArtifactRef, ArtifactStore } from "./port.js";

type Ref = { uri: string; sha256?: string };

/** A whole small artifact. @throws as {@link ArtifactStore.get} */
export async function readWhole(artifacts: ArtifactStore, ref: Ref): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifacts.get(ref)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An artifact that holds JSON. @throws ServiceError wrongState ARTIFACT_CORRUPT for one that does not */
export async function readJson<T>(artifacts: ArtifactStore, ref: Ref): Promise<T> {
  const text = (await readWhole(artifacts, ref)).toString("utf8");
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    const metadata = { uri: ref.uri, found: text.slice(0, 100), expected: "JSON" };
    throw new ServiceError("wrongState", "ARTIFACT_CORRUPT", `${ref.uri} is not JSON`, metadata, { cause: error });
  }
}

/** The JSON artifact of a name, made and stored first if it is not there: what an earlier attempt has made is used again. */
export async function keptJson<T>(
  artifacts: ArtifactStore,
  path: string,
  make: () => Promise<T> | T,
): Promise<{ ref: ArtifactRef; value: T }> {
  const known = await artifacts.keep(path);
  if (known) return { ref: known, value: await readJson<T>(artifacts, known) };
  const value = await make();
  return { ref: await artifacts.put(path, Buffer.from(JSON.stringify(value), "utf8")), value };
}
